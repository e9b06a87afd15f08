"""Signing in: the key is asked for unseen, tried, kept for its owner alone, and shown to no other address."""

from __future__ import annotations

import argparse
import json
import stat
from typing import TYPE_CHECKING

import pytest
from undersigned_client.api import account
from undersigned_client.command_line import parser

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


def test_no_command_takes_a_key_or_an_address() -> None:
    named = {word for option in options(parser()) for word in (option.dest, *option.option_strings)}
    assert "campaign" in named
    assert not {name for name in named if "email" in name or "secret" in name or "token" in name or name == "--key"}


def options(made: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in made._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from options(inner)
