"""A flood that counts is withdrawn from the command line: counted first, asked once, by steps; nothing means everybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from undersigned_client.commands import flood_withdrawal

from chalicelib.domain.signatures.flags import Flag
from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World

WITHDRAW = "/admin/campaigns/peru/signatures/withdraw"


@pytest.fixture
def flooded(at_world: World, client: Client) -> World:
    """Five signatures of one source that count, one of another, and an API that withdraws two a call."""
    client.patch.setattr("chalicelib.services.signatures.flood_withdrawal.BATCH_SIZE", 2)
    at_world.publish(confirmation="single")
    for number in range(5):
        at_world.sign(email=f"n{number}@example.org", source="forum")
    at_world.sign(email="ana@example.org", source="school")
    at_world.drain()
    return at_world


def test_a_flood_is_counted_and_withdrawn_after_a_yes(flooded: World, client: Client) -> None:
    done = client("withdraw", "peru", "--source", "forum", typed="n\n")
    assert (done.code, done.out) == (0, "")
    assert "This concerns 5 signatures. Withdrawn signatures do not count" in done.err
    flooded.drain()
    assert flooded.counts()["signatures"]["confirmed"] == 6
    done = client("withdraw", "peru", "--source", "forum", typed="y\n")
    assert done.out == "5 signatures were withdrawn.\n"
    assert "To undo it, within a day: undersigned withdrawals peru --undo 2026" in done.err
    flooded.drain()
    assert flooded.counts()["withdrawn"]["organizer"] == 5
    assert client("withdraw", "peru", "--source", "forum", "--yes").out == "There is no such signature.\n"
    assert "withdrawn by an organiser" in client("counts", "peru").out


def test_days_narrow_it_and_programs_get_json(flooded: World, client: Client) -> None:
    words = ["withdraw", "peru", "--source", "forum", "--yes", "--json"]
    assert json.loads(client(*words, "--to", "2026-11-22").out) == {
        "campaign": "peru",
        "withdrawn": 0,
        "withdrawal": None,
    }
    assert json.loads(client(*words, "--from", "2026-11-23").out)["withdrawn"] == 5
    assert flooded.signatures()


@pytest.mark.parametrize("words", [[], ["--source", ""], ["--from", "2026-11-23"], ["--network", "x", "--source", ""]])
def test_what_would_mean_everybody_is_refused_before_anything_is_asked(
    host: Host, client: Client, words: list[str]
) -> None:
    client.use(host.url)
    assert client("withdraw", "peru", "--yes", *words).code == 2
    assert host.asked == []


def test_a_failure_halfway_says_how_many_are_done(host: Host, client: Client) -> None:
    client.use(host.url)
    step = {"signatures": 2, "preview": False, "cursor": "c"}
    host.says("POST", WITHDRAW, told({**step, "cursor": None}), told(step), a_problem("forbidden", 403))
    done = client("withdraw", "peru", "--flag", "forged", "--yes")
    assert done.code == 3
    assert "At least 2 are done, and stay done. Run the same command again for the rest." in done.err
    assert [one.json.get("cursor") for one in host.asked] == [None, None, "c"]


def test_it_is_undone_after_a_yes_and_listed(flooded: World, client: Client) -> None:
    client.patch.setattr("chalicelib.services.signatures.withdrawal_undo.BATCH_SIZE", 2)
    assert client("withdrawals", "peru").out == "Nothing was withdrawn together in the last 30 days.\n"
    begun = json.loads(client("withdraw", "peru", "--source", "forum", "--yes", "--json").out)["withdrawal"]
    listed = client("withdrawals", "peru").out
    assert begun in listed
    assert "source forum" in listed
    undo = ("withdrawals", "peru", "--undo", begun)
    asked = client(*undo, typed="n\n")
    assert ("Restore 5 signatures?" in asked.err, asked.out) == (True, "")
    assert client("withdrawals", "peru", "--undo", "other", "--yes").code == 3
    flooded.sign(email="n0@example.org", source="again")
    flooded.drain()
    done = client(*undo, "--yes")
    assert done.out == "4 signatures were restored.\n"
    assert "The others signed again, withdrew or were erased since" in done.err
    flooded.drain()
    assert flooded.counts()["withdrawn"]["organizer"] == 1
    assert json.loads(client(*undo, "--yes", "--json").out) == {"campaign": "peru", "restored": 0}
    assert json.loads(client("withdrawals", "peru", "--json").out)["withdrawals"][0]["restored"] == 4
    flooded.later(days=1)
    late = client(*undo, "--yes")
    assert (late.code, "more than a day has passed" in late.err) == (3, True)


def test_every_flag_has_its_words() -> None:
    assert set(flood_withdrawal.flags()) == set(Flag)
