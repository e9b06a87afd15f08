"""`paper` and `sheets`: a file is looked at whole, entered on a yes, and can be taken back for a day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client, Outcome
    from tests.client.hosts import Host
    from tests.kit.world import World

SHEETS = "/admin/campaigns/peru/sheets"


def external(world: World) -> int:
    world.drain()
    return int(world.counts()["signatures"]["external"])


def send(client: Client, text: str, *options: str, name: str = "sheet.csv", typed: str | None = None) -> Outcome:
    Path(name).write_text(text, encoding="utf-8")
    return client("paper", "peru", name, *options, typed=typed)


def lines(done: Outcome) -> list[str]:
    return [line for line in done.out.splitlines() if "--undo" not in line]


def test_a_file_is_told_before_it_is_entered_and_only_on_a_yes(at_world: World, client: Client) -> None:
    text = "given_name,family_name,email\nAna,Quispe,\nBen,Okoro,ben@example.org\n"
    assert send(client, text).code == 2, "nobody to ask"
    assert send(client, text, typed="n\n").err.endswith("[y/N] Nothing was changed.\n")
    assert send(client, text, "--check").out == "2 are new.\n"
    assert external(at_world) == 0
    done = send(client, text, typed="y\n")
    assert (done.code, lines(done)) == (0, ["2 are new.", "2 signatures entered."])
    assert "Enter 2 signatures?" in done.err
    assert external(at_world) == 2


def test_paper_signatures_are_counted_once_however_often_the_sheet_is_sent(at_world: World, client: Client) -> None:
    names = ["Ana,Quispe,,sí,", "Ben,Okoro,ben@example.org,no,wbw cidydh"]
    header = "given_name,family_name,email,public,consents"
    assert lines(send(client, "\n".join([header, *names]), "--yes")) == ["2 signatures entered."]
    text = "\n".join([header, "Eva,Diaz,,,", *names])
    done = json.loads(send(client, text, "--yes", "--json").out)
    assert {**done, "sheet": ""} == {"sheet": "", "new": 0, "entered": 1, "alike": 0, "known": 2, "left": 0, "wrong": 0}
    assert external(at_world) == 3
    (ben,) = [one for one in at_world.signatures() if one.get("given_name") == {"S": "Ben"}]
    assert ben["consents"] == {"L": [{"S": "cidydh"}, {"S": "wbw"}]}


def test_people_who_look_like_others_are_left_out_unless_somebody_knows_better(at_world: World, client: Client) -> None:
    header = "given_name,family_name,country"
    send(client, f"{header}\nRosa,Mamani,PE\n", "--yes", name="lima.csv")
    text = f"{header}\nrosa,Mamaní,PE\nEva,Diaz,PE\nEva,Diaz,PE\n"
    done = send(client, text, "--yes")
    assert (done.code, external(at_world)) == (3, 2)
    assert done.err.splitlines() == [
        "sheet.csv, row 2: rosa Mamaní is there already.",
        "sheet.csv, row 4: Eva Diaz, as in row 3.",
    ]
    assert lines(done) == [
        "One signature entered.",
        "2 that look like people who are there already were left out: --alike enter enters them.",
    ]
    done = send(client, text, typed="n\n")
    assert "2 rows look like people who are there already. Are they other people?" in done.err
    assert (done.code, external(at_world)) == (3, 2)
    done = send(client, text, typed="y\ny\n")
    assert (done.code, external(at_world)) == (0, 4)
    assert lines(send(client, text, "--yes", "--alike", "enter")) == ["No signatures entered.", "3 were already there."]


def test_a_sheet_with_references_of_its_own_goes_by_them(at_world: World, client: Client) -> None:
    text = "reference,given_name,signed_on\nsheet 3/1,Ana,2026-11-20\nsheet 3/2,Ben,2026-11-20\n"
    assert lines(send(client, text, "--yes")) == ["2 signatures entered."]
    text = "reference,given_name,signed_on\nsheet 3/1,ANA,2026-11-21\nsheet 3/2,Eva,2026-11-20\n"
    done = send(client, text, "--yes", name="b.csv")
    assert lines(done) == ["No signatures entered.", "One was already there.", "One row was refused."]
    assert "b.csv, row 3, column A, “reference”: This line was entered before, for Ben." in done.err
    assert external(at_world) == 2


def test_who_withdrew_stays_out_when_the_sheet_is_sent_again(at_world: World, client: Client) -> None:
    text = "given_name,email\nAna,ana@example.org\nBen,ben@example.org\n"
    send(client, text, "--yes")
    for item in at_world.signatures():
        at_world.admin("DELETE", f"/admin/campaigns/peru/signatures/{item['sk']['S']}")
    done = send(client, text, "--yes")
    assert (done.code, lines(done)) == (
        0,
        ["No signatures entered.", "2 had withdrawn or were erased, and stay out."],
    )
    assert external(at_world) == 0


def test_who_has_signed_online_is_not_counted_again(at_world: World, client: Client) -> None:
    at_world.sign_and_confirm()
    done = send(client, "given_name,email\nAna,ana@example.org\n", "--yes")
    assert lines(done) == ["No signatures entered.", "One was already there."]
    assert external(at_world) == 0


def test_what_is_wrong_is_told_by_row_and_column_and_the_rest_is_taken(at_world: World, client: Client) -> None:
    text = (
        "Nombre;Correo electrónico;Fecha;public\n"
        "Ana;ana;23/11/2026;\n\nEva;;3 Nov 2099;\nBen;;3 Nov 2026;\nSol;;;quizás\n"
    )
    done = send(client, text, "--yes")
    assert (done.code, lines(done)) == (3, ["One signature entered.", "3 rows were refused."])
    assert done.err.splitlines() == [
        "sheet.csv, row 2, column B, “Correo electrónico”: An email address has an @, like name@example.org.",
        "sheet.csv, row 4, column C, “Fecha”: This is in the future.",
        "sheet.csv, row 6, column D, “public”: “quizás” is neither yes nor no. Write yes or no.",
    ]
    (ben,) = at_world.signatures()
    assert (ben["given_name"], ben["signed_at"]["S"][:10]) == ({"S": "Ben"}, "2026-11-03")
    client.speak("es_PE.UTF-8")
    done = send(client, text, "--yes")
    assert done.err.splitlines()[-1] == (
        "sheet.csv, fila 6, columna D, «public»: «quizás» no es ni sí ni no. Escriba sí o no."
    )
    assert lines(done) == ["Ninguna firma anotada.", "Una ya estaba.", "Se rechazaron 3 filas."]


@pytest.mark.parametrize(("typed", "day"), [("y\ny\n", "2025-04-03"), ("n\ny\n", "2025-03-04")])
def test_a_day_that_could_be_two_is_asked_about_once(at_world: World, client: Client, typed: str, day: str) -> None:
    done = send(client, "given_name,signed_on\nAna,3/4/2025\n", typed=typed)
    question = "Row 2 has a day that could be 2025-04-03 or 2025-03-04. Does the day come first in this file?"
    assert done.err.count(question) == 1
    (ana,) = at_world.signatures()
    assert ana["signed_at"]["S"][:10] == day


def test_a_day_that_could_be_two_is_refused_where_nobody_can_be_asked(at_world: World, client: Client) -> None:
    text = "given_name,signed_on\nAna,3/4/2025\n"
    done = send(client, text, "--yes")
    assert (done.code, external(at_world)) == (3, 0)
    assert "This could be two days: 2025-04-03, 2025-03-04." in done.err
    assert send(client, text, "--yes", "--days", "month-first").code == 0
    assert at_world.signatures()[0]["signed_at"]["S"][:10] == "2025-03-04"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no rows below the titles."),
        ("given_name\nAna,Quispe\n", "Row 2 has more cells than there are titles."),
        ("given_name,Shoe size\nAna,41\n", "no field for these columns: B “Shoe size”. Nothing was entered. It knows:"),
        ("given_name\n" + "x" * 600_000, "is larger than 500 KB. Split it."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(at_world: World, client: Client, text: str, sentence: str) -> None:
    done = send(client, text, "--yes")
    assert done.code == 5
    assert done.err.startswith("sheet.csv")
    assert sentence in done.err
    assert at_world.signatures() == []


def test_a_missing_file_is_said_before_anything_is_asked(host: Host, client: Client) -> None:
    client.use(host.url)
    assert client("paper", "peru", "none.csv").code == 5
    assert host.asked == []


def test_a_file_can_be_taken_back(at_world: World, client: Client) -> None:
    names = "".join(f"Rosa {n}\n" for n in range(60))
    done = send(client, f"given_name\n{names}", "--yes")
    hint = done.out.splitlines()[-1]
    assert hint.startswith("To take them back within a day: undersigned sheets peru --undo ")
    sheet = hint.split()[-1]
    assert sheet in client("sheets", "peru").out
    assert client("sheets", "peru", "--undo", sheet, typed="n\n").code == 0
    assert external(at_world) == 60
    done = client("sheets", "peru", "--undo", sheet, typed="y\n")
    assert "Remove 60 signatures again?" in done.err
    assert done.out == "60 signatures were removed.\n"
    assert external(at_world) == 0
    assert json.loads(client("sheets", "peru", "--json").out)["sheets"][0]["undone"] == 60
    assert json.loads(client("sheets", "peru", "--undo", sheet, "--json").out)["undone"] == 0
    assert send(client, f"given_name\n{names}", "--yes", "--json").code == 0
    assert external(at_world) == 60


def test_what_was_changed_since_is_said_to_stay(at_world: World, client: Client) -> None:
    sheet = json.loads(send(client, "given_name\nAna\nBen\n", "--yes", "--json").out)["sheet"]
    at_world.admin("DELETE", f"/admin/campaigns/peru/signatures/{at_world.signatures()[0]['sk']['S']}")
    done = client("sheets", "peru", "--undo", sheet, "--yes")
    assert done.out == "One signature was removed.\n"
    assert done.err == "The others were changed, withdrawn or erased since, and stay as they are.\n"


@pytest.mark.usefixtures("at_world")
def test_a_file_that_nobody_entered_is_not_taken_back(client: Client) -> None:
    assert client("sheets", "peru").out == "No file was entered in the last 30 days.\n"
    assert client("sheets", "peru", "--undo", "none").err == "There is no file none.\n"


def test_a_command_that_ends_half_way_says_how_to_take_back_what_is_in(host: Host, client: Client) -> None:
    client.use(host.url)
    rows: list[Any] = [
        {"row": n, "values": {"given_name": "Ana"}, "errors": [], "alike_row": None} for n in range(2, 62)
    ]
    host.says("POST", f"{SHEETS}/read", told({"columns": [], "unclear_day": None, "rows": rows}))
    new: Any = {"outcome": "new", "errors": [], "differs": []}
    entered = {**new, "outcome": "entered"}
    host.says("POST", f"{SHEETS}/check", told({"rows": [new] * 50}), told({"rows": [new] * 10}))
    host.says(
        "POST", SHEETS, told({"sheet": "20261123t1", "rows": [entered] * 50}), a_problem("sheet_over", 409, "Over.")
    )
    done = send(client, "given_name\nAna\n", "--yes")
    assert done.err.splitlines() == [
        "To take them back within a day: undersigned sheets peru --undo 20261123t1",
        "Over.",
    ]


def test_what_is_refused_for_all_of_a_file_ends_the_command(host: Host, client: Client) -> None:
    client.use(host.url)
    host.says("POST", f"{SHEETS}/read", a_problem("campaign_not_open", 409, "Not yet."))
    assert send(client, "given_name\nAna\n", "--yes").err == "Not yet.\n"


def test_a_row_that_became_wrong_in_the_meantime_is_told(host: Host, client: Client) -> None:
    client.use(host.url)
    row = {"row": 2, "values": {"given_name": "Ana"}, "errors": [], "alike_row": None}
    columns = [{"letters": "A", "title": "Nombre", "field": "given_name"}]
    host.says("POST", f"{SHEETS}/read", told({"columns": columns, "unclear_day": None, "rows": [row]}))
    fine = {"outcome": "new", "errors": [], "differs": []}
    wrong = {"outcome": "wrong", "errors": [{"field": "given_name", "code": "x", "message": "Not now."}], "differs": []}
    host.says("POST", f"{SHEETS}/check", told({"rows": [fine]}))
    host.says("POST", SHEETS, told({"sheet": None, "rows": [wrong]}))
    done = send(client, "given_name\nAna\n", "--yes")
    assert (done.code, done.err) == (3, "sheet.csv, row 2, column A, “Nombre”: Not now.\n")
    assert done.out == "No signatures entered.\nOne row was refused.\n"
