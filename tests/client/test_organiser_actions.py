"""What organisers do: states, keys, erasure, access; asked once, told in numbers, safe to repeat."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from undersigned_client.api import account

from tests.client.hosts import told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World

ERASURES, ACCESS = "/admin/erasures", "/admin/access"
REPORT = {"signatures": [], "exports": [], "suppressed": True, "erased_at": "2026-11-24T00:00:00Z"}


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
    assert client("campaigns", "close", "peru").out == "It is already closed.\n"
    assert client("campaigns", "open", "peru", "--yes").code == 0
    assert at_world.sign(email="ben@example.org").status == 201


def test_programs_get_json_from_commands_that_change_something(at_world: World, client: Client) -> None:
    url = account.load().url
    assert json.loads(client("login", "--json", piped=f"{url}\n{at_world.admin_key}\n").out)["campaigns"] == 1
    assert json.loads(client("logout", "--json").out) == {"forgotten": True}
    for state in ("closed", "closed"):
        assert json.loads(client("campaigns", "close", "peru", "--yes", "--json").out)["state"] == state
    told_ = client("access", "-o", "held.json", "--json", piped="ana@example.org\n").out
    assert json.loads(told_) == {"file": "held.json"}


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


def test_erasing_asks_once_and_says_what_was_done_without_the_address(at_world: World, client: Client) -> None:
    at_world.sign_and_confirm()
    at_world.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"})
    at_world.run_exports()
    done = client("erase", typed="Ana@example.org\ny\n")
    assert done.code == 0
    assert "One signature was erased." in done.out
    assert ["peru", "confirmed"] in [line.split() for line in done.out.splitlines()]
    assert "One export file was deleted." in done.out
    assert "ana@" not in (done.out + done.err).lower()
    assert "ana@example.org" not in json.dumps(at_world.signatures())
    assert client("erase", "--yes", piped="nobody@example.org\n").out.startswith("No signature had this address.")


@pytest.mark.parametrize("typed", ["ana@example.org\nn\n", "ana@example.org\n\n", "\n"])
def test_erasing_needs_an_address_and_a_yes(api: Host, client: Client, typed: str) -> None:
    client("erase", typed=typed)
    assert api.asked == []


def test_a_script_erases_with_yes_alone(api: Host, client: Client) -> None:
    api.says("POST", ERASURES, told(REPORT))
    assert client("erase", piped="ana@example.org\n").code == 2
    assert json.loads(client("erase", "--yes", "--json", piped="ana@example.org\n").out)["suppressed"]
    assert len(api.asked) == 1


def test_everything_held_goes_to_a_file_of_ones_own(at_world: World, client: Client) -> None:
    at_world.sign(given_name="Ñusta")
    assert client("access", "-o", "held.json", piped="ana@example.org\n").code == 0
    assert json.loads(Path("held.json").read_text())["signatures"][0]["given_name"] == "Ñusta"
    assert stat.S_IMODE(Path("held.json").stat().st_mode) == 0o600
    assert client("access", "-o", "held.json", piped="ana@example.org\n").code == 5
    assert "Ñusta" in client("access", piped="ana@example.org\n").out
    assert client("access", piped="\n").code == 2
