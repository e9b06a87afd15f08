"""A sheet of paper signatures is looked at whole, entered on a yes, and can be taken back for a day as if it had never been."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.paper_sheets import UNDO_FOR
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PERU = "/admin/campaigns/peru"
SHEETS = f"{PERU}/sheets"
ROSA = {"given_name": "Rosa", "family_name": "Mamani", "country": "PE", "reference": "1/1"}
BEN = {"given_name": "Ben", "family_name": "Okoro", "country": "US", "reference": "1/2"}
ANA = {"given_name": "Ana", "family_name": "Díaz", "country": "PE", "email": "ana@example.org"}


def check(world: World, *rows: dict[str, Any]) -> list[str]:
    before = world.signatures()
    results = world.admin("POST", f"{SHEETS}/check", {"rows": rows}).json["rows"]
    assert world.signatures() == before, "looking stores nothing"
    return [one["outcome"] for one in results]


def enter(world: World, *rows: dict[str, Any], sheet: str = "") -> Reply:
    reply = world.admin("POST", SHEETS, {"rows": rows, "sheet": sheet})
    world.drain()
    return reply


def outcomes(reply: Reply) -> list[str]:
    return [one["outcome"] for one in reply.json["rows"]]


def undo(world: World, sheet: str) -> int:
    undone, cursor = 0, ""
    while cursor is not None:
        reply = world.admin("POST", f"{SHEETS}/{sheet}/undo", {"cursor": cursor})
        assert reply.status == 200, reply.json
        undone, cursor = undone + reply.json["undone"], reply.json["cursor"]
    world.drain()
    return undone


def count(world: World) -> int:
    standing: dict[str, int] = world.counts()["signatures"]
    return standing["confirmed"] + standing["external"]


def states(world: World) -> list[str]:
    return sorted(item["state"]["S"] for item in world.signatures())


def all_counts(world: World) -> dict[str, Any]:
    return {name: n for name, n in world.counts().items() if name != "as_of"}


def audited(world: World, *acts: str) -> list[dict[str, Any]]:
    entries = world.admin("GET", "/admin/audit").json["entries"]
    return [one for one in entries if one["act"] in acts]


def read(world: World, text: str, *, name: str = "hoja.csv", days: str = "", lang: str = "en") -> Reply:
    body = {"content": b64encode(text.encode()).decode(), "name": name, "days": days}
    return world.admin("POST", f"{SHEETS}/read?lang={lang}", body)


def test_a_sheet_is_read_with_its_mistakes_in_the_readers_language(world: World) -> None:
    reply = read(world, "Nombre;País;público\nRosa;PE;quizás\n", lang="es")
    assert reply.status == 200
    assert [one["field"] for one in reply.json["columns"]] == ["given_name", "country", "public"]
    (row,) = reply.json["rows"]
    assert (row["row"], row["values"]["given_name"]) == (2, "Rosa")
    assert [one["message"] for one in row["errors"]] == ["«quizás» no es ni sí ni no. Escriba sí o no."]


def test_a_sheet_that_cannot_be_used_says_why(world: World) -> None:
    reply = read(world, 'given_name,family_name\nAna,"Díaz\n')
    assert reply.status == 422
    (error,) = reply.json["errors"]
    assert (error["field"], error["code"]) == ("file", "sheet_quote_open")
    assert error["message"] == "Row 2: a quotation mark opens here and is never closed."


def test_an_unclear_day_is_asked_about_once(world: World) -> None:
    text = "given_name,signed_on\nAna,3/4/2025\n"
    assert read(world, text).json["unclear_day"] == {"row": 2, "day_first": "2025-04-03", "month_first": "2025-03-04"}
    (row,) = read(world, text, days="day_first").json["rows"]
    assert row["values"]["signed_on"] == "2025-04-03"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/read", {}),
        ("/read", {"content": 1}),
        ("/read", {"content": "***"}),
        ("/read", {"content": "", "name": "x" * 256}),
        ("/read", {"content": "", "days": "never"}),
        ("/read", {"content": "", "days": []}),
        ("/read", {"content": "", "more": 1}),
        ("/check", {}),
        ("/check", {"rows": {}}),
        ("/check", {"rows": [1]}),
        ("/check", {"rows": [ROSA] * 51}),
        ("", {"rows": [ROSA] * 51}),
        ("", {"rows": [ROSA], "sheet": 1}),
        ("", {"rows": [ROSA], "more": 1}),
    ],
)
def test_what_is_not_asked_as_it_should_be_is_refused(world: World, path: str, body: dict[str, Any]) -> None:
    assert world.admin("POST", f"{SHEETS}{path}", body).status == 422
    assert world.admin("POST", f"{SHEETS}{path}", []).status == 400
    assert world.signatures() == []


def test_looking_at_rows_says_what_would_become_of_them(world: World) -> None:
    world.sign_and_confirm(email="sol@example.org")
    world.sign(email="luz@example.org", given_name="Luz", family_name="Vega")
    world.drain()
    enter(world, ROSA, BEN)
    ben = next(one for one in world.signatures() if one.get("given_name") == {"S": "Ben"})
    assert world.admin("DELETE", f"{PERU}/signatures/{ben['sk']['S']}").status == 200
    world.drain()
    rows = {
        "known": [ROSA, {"given_name": "Sol", "email": "sol@example.org"}],
        "left": [BEN],
        "new": [ANA, {"given_name": "Lucía", "email": "luz@example.org"}],
        "wrong": [
            {"reference": "nobody"},
            {**ANA, "reference": "1/1", "email": ""},
            {"given_name": "X", "unheard_of": "1"},
        ],
    }
    assert check(world, *(row for some in rows.values() for row in some)) == [
        name for name, some in rows.items() for _ in some
    ]
    reply = world.admin("POST", f"{SHEETS}/check", {"rows": rows["new"]})
    assert [one["differs"] for one in reply.json["rows"]] == [[], ["given_name"]]


def test_somebody_of_the_same_name_and_country_is_told_before_anything_is_stored(world: World) -> None:
    enter(world, ROSA)
    again = {**ROSA, "reference": "saved once more"}
    assert check(world, ROSA, again, {**again, "country": "CL"}, BEN) == ["known", "alike", "new", "new"]
    assert check(world, {**again, "given_name": "RÓSA"}) == ["alike"], "however it is spelled"
    # An organiser who knows better enters them.
    assert outcomes(enter(world, again)) == ["entered"]
    assert count(world) == 2


def test_who_is_gone_is_alike_to_nobody(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    undo(world, sheet)
    assert check(world, {**ROSA, "reference": "again"}) == ["new"]


def test_a_wrong_row_keeps_no_other_out_and_each_says_why(world: World) -> None:
    reply = enter(world, ROSA, {"given_name": "Eva", "signed_on": "2999-01-01"}, {**BEN, "reference": "1/1"}, BEN)
    assert outcomes(reply) == ["entered", "wrong", "wrong", "entered"]
    errors = [[(one["field"], one["code"]) for one in row["errors"]] for row in reply.json["rows"]]
    assert errors == [[], [("signed_on", "in_the_future")], [("reference", "reference_taken")], []]
    assert count(world) == 2


def test_a_sheet_of_two_thousand_rows_has_one_entry_in_the_audit_log(world: World) -> None:
    rows = [{"given_name": f"Rosa {n}", "reference": f"r/{n}"} for n in range(120)]
    sheet = ""
    for start in range(0, len(rows), 50):
        sheet = enter(world, *rows[start : start + 50], sheet=sheet).json["sheet"]
    (entry,) = audited(world, "paper sheet entered")
    assert (entry["campaign"], entry["sheet"], entry["signatures"]) == ("peru", sheet, 120)
    for start in range(0, len(rows), 50):
        assert set(outcomes(enter(world, *rows[start : start + 50]))) == {"known"}
    assert len(audited(world, "paper sheet entered")) == 1, "what changes nothing is not noted"
    assert count(world) == 120


def test_a_batch_whose_response_was_lost_is_sent_again(world: World) -> None:
    first = enter(world, ROSA, BEN)
    again = enter(world, ROSA, BEN, sheet=first.json["sheet"])
    assert outcomes(again) == ["known", "known"]
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    assert (listed["signatures"], count(world)) == (2, 2)


def test_undoing_a_sheet_leaves_no_trace_in_any_count_and_the_sheet_can_be_sent_again(world: World) -> None:
    world.sign_and_confirm(email="sol@example.org")
    before = all_counts(world)
    sheet = enter(world, ROSA, BEN, ANA).json["sheet"]
    assert count(world) == 4
    assert undo(world, sheet) == 3
    assert all_counts(world) == before
    assert count(world) == 1
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    assert (listed["signatures"], listed["undone"], listed["undo_until"]) == (3, 3, None)
    entered, undone = audited(world, "paper sheet entered"), audited(world, "paper sheet undone")
    assert [one["signatures"] for one in (*entered, *undone)] == [3, 3]
    assert check(world, ROSA, BEN, ANA) == ["new", "new", "new"], "a mistake of the organiser's is nobody's withdrawal"
    assert outcomes(enter(world, ROSA, BEN, ANA)) == ["entered"] * 3
    assert count(world) == 4


def test_who_was_undone_is_not_remembered_as_having_left(world: World) -> None:
    undo(world, enter(world, ROSA).json["sheet"])
    world.later(days=31)
    (stub,) = world.signatures()
    world.delete_as_expired(stub)
    world.drain()
    assert check(world, ROSA) == ["new"]


def test_undoing_gives_a_pending_signer_back_what_they_typed(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita", consents=["wbw"])
    world.drain()
    (typed,) = world.signatures()
    before = all_counts(world)
    sheet = enter(world, {**ANA, "organization": "Wayka"}).json["sheet"]
    assert (states(world), count(world)) == (["external"], 1)
    assert undo(world, sheet) == 1
    (back,) = world.signatures()
    ignored = {"changed_at", "left_states", "left_sponsors"}
    assert {n: v for n, v in back.items() if n not in ignored} == {n: v for n, v in typed.items() if n not in ignored}
    assert all_counts(world) == before
    assert world.get(world.ses.sent[-1].link("confirm")).status == 200
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    world.drain()
    assert count(world) == 1, "and the link in their email works"


def test_what_somebody_changed_since_is_not_undone(world: World) -> None:
    sheet = enter(world, ANA, ROSA, BEN).json["sheet"]
    (ana,) = [one for one in world.signatures() if "email" in one]
    seen = wiring().signatures.find(wiring().campaign_reader.get("peru").signature_key(ana["sk"]["S"]))
    assert seen
    corrected = replace(seen, answers={**seen.answers, "given_name": "Ana María"})
    wiring().signatures.correct(corrected, was=seen, now=wiring().now())
    rosa = next(one for one in world.signatures() if one.get("given_name") == {"S": "Rosa"})
    world.admin("DELETE", f"{PERU}/signatures/{rosa['sk']['S']}")
    world.drain()
    assert undo(world, sheet) == 1, "Ben alone"
    assert states(world) == ["external", "withdrawn", "withdrawn"]
    assert check(world, ROSA, BEN) == ["left", "new"], "an organiser withdrew her, and nobody him"


def test_a_sheet_that_was_undone_goes_on_no_more(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    undo(world, sheet)
    reply = world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    assert "external" not in states(world)


def test_a_sheet_that_is_undone_while_a_batch_is_entered_undoes_that_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    sheets = wiring().paper_sheets
    note = type(sheets.records).note

    def undone_meanwhile(records: Any, *given: Any) -> Any:
        noted = note(records, *given)
        records.begin_undo(noted, "us_key", now=sheets.clock())
        return noted

    monkeypatch.setattr(type(sheets.records), "note", undone_meanwhile)
    reply = world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    world.drain()
    assert states(world) == ["external", "withdrawn"], "only the row of the first batch still stands"


def test_after_a_day_a_sheet_stays_and_what_was_kept_for_undoing_is_gone(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.drain()
    sheet = enter(world, ANA, ROSA).json["sheet"]
    assert any("before" in item for item in world.signatures())
    world.later(seconds=UNDO_FOR.total_seconds())
    reply = world.admin("POST", f"{SHEETS}/{sheet}/undo", {})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    assert world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet}).status == 409
    world.run_scheduled()
    assert not any("before" in item for item in world.signatures())
    assert wiring().paper_sheets.records.batch(wiring().paper_sheets.recent("peru")[0], 1) == []
    assert list(wiring().paper_sheets.records.over(now=wiring().now())) == []
    assert count(world) == 2


@pytest.mark.parametrize("cursor", ["x", "2", "-1", "0000001", "1.0", "٣"])
def test_a_cursor_of_another_kind_is_refused(world: World, cursor: str) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    assert world.admin("POST", f"{SHEETS}/{sheet}/undo", {"cursor": cursor}).status == 422
    assert world.admin("POST", f"{SHEETS}/none/undo", {}).status == 404
    assert world.admin("POST", SHEETS, {"rows": [BEN], "sheet": "none"}).status == 404


def test_a_name_is_nowhere_but_with_the_signature(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    world.admin("POST", f"{SHEETS}/{sheet}/undo", {})
    world.drain()
    written = json.dumps(world.items(wiring().settings.registry_table), default=str)
    assert "Mamani" not in written
    assert "Mamani" not in json.dumps(world.signatures())
