"""What organisers do: states, keys, erasure, access, paper; asked once, told in numbers, safe to repeat."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World

ERASURES, ACCESS = "/admin/erasures", "/admin/access"
REPORT = {
    "erased_at": "2026-11-24T00:00:00Z",
    "campaigns": [{"campaign": "peru", "state": "confirmed"}, {"campaign": "letter", "state": "pending"}],
    "exports": [{"campaign": "peru", "id": "e1", "created_at": "2026-11-20T00:00:00Z"}],
}


@pytest.fixture
def api(host: Host, client: Client) -> Host:
    client.use(host.url)
    return host


def test_closing_says_in_numbers_what_will_happen_and_asks(at_world: World, client: Client) -> None:
    at_world.sign()
    at_world.drain()
    done = client("campaigns", "close", "peru", typed="n\n")
    assert "One person has 24 hours to confirm. Close it? [y/N]" in done.err
    assert at_world.admin("GET", "/admin/campaigns/peru").json["state"] == "open"
    assert client("campaigns", "close", "peru", typed="y\n").out == "It is closed now.\n"
    assert client("campaigns", "close", "peru").out == "It is closed already.\n"
    assert client("campaigns", "open", "peru", "--yes").code == 0
    assert at_world.sign(email="ben@example.org").status == 201


def test_a_key_is_shown_once_listed_and_revoked(at_world: World, client: Client) -> None:
    made = client("keys", "create", "--name", "Website", "--role", "reader", "--campaigns", "peru")
    secret = made.out.strip()
    assert at_world.get("/admin/campaigns", authorization=f"Bearer {secret}").status == 200
    (row,) = [line for line in client("keys").out.splitlines() if "Website" in line]
    assert secret not in client("keys").out
    assert client("keys", "revoke", row.split()[0], typed="y\n").out == "Revoked.\n"
    assert at_world.get("/admin/campaigns", authorization=f"Bearer {secret}").status == 401
    assert "revoked" in client("keys").out
    assert client("keys", "revoke", "nothing", "--yes").code == 3


def test_a_key_for_a_sponsor_ends_when_told(at_world: World, client: Client) -> None:
    words = ["--role", "organizer", "--campaigns", "peru", "--sponsor", "wbw", "--expires", "2030-01-01T00:00:00Z"]
    made = json.loads(client("keys", "create", "--name", "WBW", *words, "--json").out)
    assert (made["sponsor"], made["expires_at"]) == ("wbw", "2030-01-01T00:00:00+00:00")
    assert client("keys", "create", "--name", "X", "--role", "admin", "--sponsor", "wbw").code == 3
    assert at_world.admin_key not in json.dumps(made)


def test_erasing_asks_once_and_says_what_was_done_without_the_address(api: Host, client: Client) -> None:
    api.says("POST", ERASURES, told(REPORT))
    done = client("erase", typed="ana@example.org\ny\n")
    assert done.code == 0
    assert api.asked[0].json == {"email": "ana@example.org"}
    assert "Erased from 2 campaigns." in done.out
    assert "One export held it" in done.out
    assert "e1" in done.out
    assert "ana@" not in done.out + done.err


@pytest.mark.parametrize("typed", ["ana@example.org\nn\n", "ana@example.org\n\n", "\n"])
def test_erasing_needs_an_address_and_a_yes(api: Host, client: Client, typed: str) -> None:
    client("erase", typed=typed)
    assert api.asked == []


def test_a_script_erases_with_yes_alone(api: Host, client: Client) -> None:
    api.says("POST", ERASURES, told({**REPORT, "exports": []}))
    assert client("erase", piped="ana@example.org\n").code == 2
    assert json.loads(client("erase", "--yes", "--json", piped="ana@example.org\n").out)["campaigns"]
    assert len(api.asked) == 1


def test_everything_held_goes_to_a_file_of_ones_own(api: Host, client: Client) -> None:
    api.says("POST", ACCESS, told({"signatures": [{"given_name": "Ñusta"}]}))
    assert client("access", "-o", "held.json", piped="ana@example.org\n").code == 0
    assert json.loads(Path("held.json").read_text())["signatures"][0]["given_name"] == "Ñusta"
    assert stat.S_IMODE(Path("held.json").stat().st_mode) == 0o600
    assert client("access", "-o", "held.json", piped="ana@example.org\n").code == 5
    assert "Ñusta" in client("access", piped="ana@example.org\n").out


def test_paper_signatures_are_sent_row_by_row_and_twice_is_once(api: Host, client: Client) -> None:
    path = "/admin/campaigns/peru/signatures"
    taken = told({"id": "a", "state": "external"}, 201)
    Path("sheet.csv").write_text(
        "given_name,family_name,email,public,consents\nAna,Quispe,,sí,\nBen,Okoro,ben@example.org,no,wbw cidydh\n",
        encoding="utf-8-sig",
    )
    api.says("POST", path, taken)
    assert client("paper", "peru", "sheet.csv").out == "2 signatures taken.\n"
    first, second = api.requests("POST", path)
    assert first.json == {"given_name": "Ana", "family_name": "Quispe", "public": True}
    assert second.json["consents"] == ["wbw", "cidydh"]
    assert second.json["public"] is False
    client("paper", "peru", "sheet.csv")
    marks = [one.headers["idempotency-key"] for one in api.requests("POST", path)]
    assert marks[:2] == marks[2:]
    assert marks[0] != marks[1]
    assert not [mark for mark in marks if "ana" in mark.lower()]


def test_paper_that_is_refused_is_told_by_line_and_the_rest_is_taken(api: Host, client: Client) -> None:
    path = "/admin/campaigns/peru/signatures"
    Path("sheet.csv").write_text("given_name,email\nAna,x\nBen,ben@example.org\nEva,\n", encoding="utf-8")
    wrong = {
        "detail": "Look again.",
        "code": "invalid",
        "errors": [{"field": "email", "code": "x", "message": "No address."}],
    }
    api.says("POST", path, told(wrong, 422), a_problem("already_signed", 409), told({}, 201))
    done = client("paper", "peru", "sheet.csv")
    assert (done.code, done.out) == (3, "One signature taken.\nOne had signed already.\nOne row was refused.\n")
    assert done.err == "sheet.csv, line 2: Look again.\n  email: No address.\n"


@pytest.mark.parametrize("text", ["", "given_name\n", "given_name\nAna,Quispe\n"])
def test_a_sheet_without_rows_or_with_loose_cells_is_refused_whole(api: Host, client: Client, text: str) -> None:
    Path("sheet.csv").write_text(text, encoding="utf-8")
    assert client("paper", "peru", "sheet.csv").code == 5
    assert api.asked == []
