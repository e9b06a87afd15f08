"""Signing in: the key is asked for unseen, tried, kept for its owner alone, and shown to no other address."""

from __future__ import annotations

import argparse
import json
import re
import stat
from typing import TYPE_CHECKING

import pytest
from undersigned_client.api import account
from undersigned_client.command_line import parser
from undersigned_client.terminal import Terminal

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World


def test_login_tries_the_key_and_keeps_it_for_its_owner_alone(at_world: World, client: Client) -> None:
    url = account.load().url
    client.patch.delenv("UNDERSIGNED_URL")
    client.patch.delenv("UNDERSIGNED_KEY")
    done = client("login", piped=f"{url}/\n{at_world.admin_key}\n")
    assert (done.code, "gives access to one campaign" in done.out) == (0, True)
    assert stat.S_IMODE(account.path().stat().st_mode) == 0o600
    assert stat.S_IMODE(account.path().parent.stat().st_mode) == 0o700
    assert at_world.admin_key not in done.out + done.err
    assert client("campaigns").code == 0
    assert client("logout").code == 0
    assert not account.path().exists()
    assert client("campaigns").code == 3


def test_a_key_that_does_not_work_is_not_kept(at_world: World, client: Client) -> None:
    assert client("login", piped=f"{account.load().url}\nus_wrong\n").code == 3
    assert not account.path().exists()
    assert at_world.admin_key


def test_a_key_is_typed_unseen(host: Host, client: Client) -> None:
    host.says("GET", "/admin/campaigns", told({"campaigns": []}))
    client.patch.setattr("getpass.getpass", lambda _: "us_secret")
    assert client("login", typed=f"{host.url}\n").code == 0
    assert json.loads(account.path().read_text()) == {"url": host.url, "key": "us_secret"}


PERSON = {"email": "ana@example.org", "name": "Ana Quispe", "role": "admin"}


def a_code(at_world: World) -> str:
    at_world.drain()
    found = re.search(r"^ +([A-Z0-9]{4}-[A-Z0-9]{4})$", at_world.ses.sent[-1].text, re.MULTILINE)
    assert found
    return found[1]


def test_a_member_signs_in_by_a_code_and_out_again(at_world: World, client: Client) -> None:
    at_world.admin("POST", "/admin/members", PERSON)
    at_world.drain()
    codes: list[str] = []

    def typed() -> str:
        codes.append(a_code(at_world))
        return "AAAA-AAAA" if len(codes) == 1 else codes[-1].lower()

    client.patch.delenv("UNDERSIGNED_KEY")
    client.patch.setattr(Terminal, "text", lambda *_: typed())
    done = client("login", "ana@example.org", typed="")
    assert (done.code, "does not work" in done.err, "You are signed in." in done.out) == (0, True, True)
    kept = json.loads(account.path().read_text())["key"]
    assert stat.S_IMODE(account.path().stat().st_mode) == 0o600
    assert kept not in done.out + done.err
    assert "Ana Quispe (ana@example.org), signed in by email" in client("whoami").out
    assert json.loads(client("--json", "whoami").out)["how"] == "session"
    assert client("logout").code == 0
    assert not account.path().exists()
    assert at_world.admin("GET", "/admin/me", authorization=f"Bearer {kept}").status == 401


def test_whoever_is_no_member_is_told_the_same_and_nothing_is_kept(at_world: World, client: Client) -> None:
    before = len(at_world.ses.sent)
    done = client("login", "nobody@example.org", piped="ABCD-2345\n")
    at_world.drain()
    assert len(at_world.ses.sent) == before
    assert (done.code, "If this is a member's address" in done.err) == (3, True)
    assert not account.path().exists()


def test_a_key_is_forgotten_and_no_session_ended_with_it(host: Host, client: Client) -> None:
    account.save(account.Account(host.url, "us_0123456789ab_secret"))
    assert client("logout").code == 0
    assert host.asked == []


def test_signing_out_works_without_a_connection(client: Client) -> None:
    account.save(account.Account("http://127.0.0.1:9", "us_m0123456789abs0123456789ab_x"))
    assert client("logout").code == 0
    assert not account.path().exists()


def test_signing_in_sends_no_key_of_before(host: Host, client: Client) -> None:
    client.use(host.url, "us_before")
    host.says("POST", "/admin/sign-in", told({"good_for_minutes": 15}, 202))
    host.says("POST", "/admin/sessions", a_problem("link_invalid", 404))
    assert client("login", "ana@example.org", piped="ABCD-2345\n").code == 3
    assert all("us_before" not in str(one) for one in host.asked)


def test_members_are_invited_changed_and_removed(at_world: World, client: Client) -> None:
    made = client(
        "members", "invite", "--name", "Eva", "--role", "organizer", "--campaigns", "peru", piped="eva@example.org\n"
    )
    assert made.code == 0, made.err
    at_world.drain()
    assert at_world.ses.sent[-1].to == "eva@example.org"
    again = client("members", "invite", "--name", "Eva", "--role", "reader", piped="eva@example.org\n")
    assert (again.code, "No second invitation" in again.err) == (3, True)
    (eva,) = json.loads(client("--json", "members").out)["members"]
    assert "eva@example.org" in client("members").out
    assert client("members", "change", eva["id"], "--role", "reader", "--language", "es").code == 0
    assert client("members", "change", eva["id"]).code == 2
    assert client("members", "remove", "mnobody", "--yes").code == 3
    assert client("members", "remove", eva["id"], typed="n\n").code == 0
    assert client("members", "remove", eva["id"], "--yes").code == 0
    assert json.loads(client("--json", "members").out)["members"] == []


def test_a_kept_key_is_not_shown_to_another_address(host: Host, client: Client) -> None:
    account.save(account.Account("https://sign.example.org", "us_kept"))
    client.patch.setenv("UNDERSIGNED_URL", host.url)
    assert client("campaigns").code == 3
    assert host.asked == []


@pytest.mark.parametrize("url", ["http://sign.example.org", "ftp://x", "sign.example.org", "", "https://a?b=c"])
def test_an_address_that_would_not_keep_the_key_secret_is_refused(client: Client, url: str) -> None:
    assert client("login", piped=f"{url}\nus_key\n").code == 2


def test_a_redirect_does_not_get_the_key(host: Host, client: Client) -> None:
    client.use(host.url)
    host.says("GET", "/admin/campaigns", a_problem("moved", 302, Location=f"{host.url}/elsewhere"))
    assert client("campaigns").code == 3
    assert host.requests("GET", "/elsewhere") == []


def test_without_an_account_the_way_to_one_is_said(client: Client) -> None:
    done = client("campaigns")
    assert (done.code, "undersigned login" in done.err) == (3, True)


def test_no_command_takes_a_key_or_an_address_but_ones_own() -> None:
    named = {word for option in options(parser()) for word in (option.dest, *option.option_strings)}
    assert {"campaign", "whose"} <= named, "one's own address is no secret to oneself"
    assert not {name for name in named if "email" in name or "secret" in name or "token" in name or name == "--key"}


def options(made: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in made._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from options(inner)
