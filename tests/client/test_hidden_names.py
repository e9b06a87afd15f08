"""Names are hidden and shown again from the command line, with a reason; one answer a signature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World

LIST = "/admin/campaigns/peru/signatures"


@pytest.fixture
def three(at_world: World) -> list[str]:
    at_world.publish(confirmation="single", show_signers=True)
    for number in range(3):
        at_world.later(seconds=1)
        at_world.sign(email=f"n{number}@example.org", given_name=f"N{number}", public=True)
    return [one["id"] for one in at_world.admin("GET", LIST).json["signatures"]]


def test_names_are_hidden_with_a_reason_and_shown_again(at_world: World, three: list[str], client: Client) -> None:
    done = client("hide", "peru", three[0], three[1], three[0], "--reason", "jokes")
    assert (done.code, done.out) == (0, "2 names are hidden.\n")
    assert at_world.admin("GET", f"{LIST}/{three[1]}").json["hidden_reason"] == "jokes"
    listed = client("signatures", "peru", "--shown", "false").out
    assert (listed.count("confirmed, hidden"), three[2] in listed) == (2, False)
    assert client("show", "peru", three[0]).out == "One name may be shown again.\n"
    assert json.loads(client("hide", "peru", three[0], "--reason", "x", "--json").out) == {
        "campaign": "peru",
        "hidden": 1,
    }
    assert json.loads(client("show", "peru", *three, "--json").out) == {"campaign": "peru", "shown": 3}
    assert client("signatures", "peru", "--shown", "false").out == "No signatures.\n"


@pytest.mark.parametrize("words", [["--reason", " "], []])
def test_without_a_reason_nothing_is_asked(host: Host, client: Client, words: list[str]) -> None:
    client.use(host.url)
    done = client("hide", "peru", "a", *words)
    assert (done.code, host.asked, "reason" in done.err) == (2, [], True)


def test_a_failure_halfway_says_how_many_are_done(host: Host, client: Client) -> None:
    client.use(host.url)
    for one in ("a", "b"):
        host.says("PATCH", f"{LIST}/{one}", told({"shown": False}))
    host.says("PATCH", f"{LIST}/c", a_problem("already_withdrawn", 410))
    done = client("hide", "peru", "a", "b", "c", "d", "--reason", "x")
    assert done.code == 3
    assert "The first 2 are done, and stay done." in done.err
    assert [one.json for one in host.asked] == [{"shown": False, "reason": "x"}] * 3
