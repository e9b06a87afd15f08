"""`verify` accuses only what is wrong while nothing moves, and `repair` puts right what signatures show and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.services.counting.tally_projector import Difference
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World


@pytest.fixture
def counted(world: World) -> World:
    """One bucket with two confirmed signatures, one withdrawn and one expired, all counted."""
    world.publish("one", buckets=1)
    for name in ("ana", "ben", "eva"):
        world.sign_and_confirm("one", email=f"{name}@example.org")
    world.sign("one", email="out@example.org")
    world.drain()
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    client = world.session.client("dynamodb")
    for item in world.signatures():
        if item.get("email", {}).get("S") == "out@example.org":
            client.delete_item(TableName=world.resources.signatures_table, Key={n: item[n] for n in ("pk", "sk")})
    world.drain()
    return world


def miscount(**wrong: int) -> None:
    adds = {f"#n{place}": name.replace("_", ":") for place, name in enumerate(wrong)}
    values = {f":n{place}": n for place, n in enumerate(wrong.values())}
    expression = "ADD " + ", ".join(f"#n{place} :n{place}" for place in range(len(wrong)))
    wiring().registry.update("campaign#one", "tally#00", expression, values=values, aliases=adds)


def during_the_scan(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """`act` happens each time that the signatures of a bucket are about to be recounted."""
    store = type(wiring().signatures)
    scan: Any = store.scan

    def moving(self: Any, *which: Any) -> Any:
        act()
        return scan(self, *which)

    monkeypatch.setattr(store, "scan", moving)


def verify() -> list[Difference]:
    return wiring().tally_projector.verify("one")


# --- verify


def test_what_is_wrong_and_stays_wrong_is_found(counted: World) -> None:
    assert verify() == []
    miscount(country_PE=5, country_US=1)
    assert verify() == [Difference("one", 0, {"country:PE": -5, "country:US": -1})]
    assert counted.counts("one")["by"]["country"] == {"PE": 7, "US": 1}, "looking changes nothing"


def test_a_stream_that_is_behind_is_waited_for(counted: World) -> None:
    counted.sign("one", email="new@example.org")
    waits: list[float] = []

    def catch_up(seconds: float) -> None:
        waits.append(seconds)
        counted.run_projector()

    wiring().tally_projector.sleep = catch_up
    assert verify() == []
    assert len(waits) == 1


def test_a_stream_that_moves_during_each_look_is_never_accused(counted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look sees one signature more than was counted when it began: always the same difference, and none."""
    arrivals = iter(range(99))

    def arrive() -> None:
        counted.sign("one", email=f"n{next(arrivals)}@example.org")
        counted.run_projector()

    during_the_scan(monkeypatch, arrive)
    assert verify() == []


def test_a_stream_that_stands_still_while_others_sign_is_not_accused_of_what_was_seen_once(
    counted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is counted for a while: each look sees another difference."""
    arrivals = iter(range(99))
    during_the_scan(monkeypatch, lambda: counted.sign("one", email=f"n{next(arrivals)}@example.org"))
    assert verify() == []


def test_the_same_difference_twice_is_no_proof_when_the_stream_moved_in_the_second_look(
    counted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted.sign("one", email="late@example.org")  # counted between the looks
    looks = iter(range(99))

    def arrive_in_the_second() -> None:
        if next(looks) == 1:
            counted.sign("one", email="later@example.org")
            counted.run_projector()

    def catch_up(_: float) -> None:
        counted.run_projector()

    wiring().tally_projector.sleep = catch_up
    during_the_scan(monkeypatch, arrive_in_the_second)
    assert verify() == []


def test_the_same_difference_twice_is_no_proof_when_the_stream_moved_in_the_first_look(
    counted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, pauses = iter(range(99)), iter(range(99))

    def arrive_in_the_first() -> None:
        if next(looks) == 0:
            counted.sign("one", email="late@example.org")
            counted.run_projector()

    def arrive_and_be_counted_one_pause_later(_: float) -> None:
        if next(pauses) == 0:
            counted.sign("one", email="later@example.org")
        else:
            counted.run_projector()

    wiring().tally_projector.sleep = arrive_and_be_counted_one_pause_later
    during_the_scan(monkeypatch, arrive_in_the_first)
    assert verify() == []


def test_a_difference_that_a_moving_stream_hid_at_first_is_found_when_it_rests(
    counted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    miscount(country_PE=1)
    arrivals = iter(["late@example.org"])

    def arrive() -> None:
        for email in arrivals:
            counted.sign("one", email=email)
            counted.run_projector()

    during_the_scan(monkeypatch, arrive)
    assert verify() == [Difference("one", 0, {"country:PE": -1})]


# --- repair


def test_repair_puts_right_what_signatures_show_and_keeps_what_only_the_stream_saw(counted: World) -> None:
    before = counted.counts("one")
    assert before["signatures"] == {"pending": 0, "confirmed": 2, "withdrawn": 1, "expired": 1, "external": 0}
    assert before["funnel"]["received"] == 4, "those that left are part of the funnel"
    miscount(state_confirmed=3, country_PE=-1, day_nonsense=2)
    assert wiring().tally_projector.repair("one") == [
        Difference("one", 0, {"country:PE": 1, "day:nonsense": -2, "state:confirmed": -3})
    ]
    assert counted.counts("one") == before
    hour = {"since": "2026-11-23T00:00:00.000000Z", "confirmed": 2}
    assert counted.admin("GET", "/admin/campaigns/one/counts?since=2026-11-23T00:00:00Z").json["growth"] == hour


@pytest.mark.parametrize("restart", [False, True])
def test_what_comes_after_a_repair_is_counted_once(counted: World, *, restart: bool) -> None:
    counted.sign("one", email="new@example.org")
    last = counted.new_records()
    counted.app.project({"Records": last}, None)
    miscount(state_pending=1)
    wiring().tally_projector.repair("one", restart=restart)
    if not restart:
        counted.app.project({"Records": last}, None)
    counted.sign("one", email="newer@example.org")
    counted.run_projector()
    assert counted.counts("one")["signatures"]["pending"] == 2
    assert verify() == []


def test_restart_forgets_where_the_stream_was_also_when_nothing_differs(counted: World) -> None:
    _, seen = wiring().tallies.get_bucket("one", 0)
    assert seen
    assert wiring().tally_projector.repair("one", restart=True) == []
    _, seen = wiring().tallies.get_bucket("one", 0)
    assert not seen
    assert counted.counts("one")["signatures"]["withdrawn"] == 1


def test_repair_leaves_a_moving_tally_alone(
    counted: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    miscount(country_PE=1)
    arrivals = iter(range(99))

    def arrive() -> None:
        counted.sign("one", email=f"n{next(arrivals)}@example.org")
        counted.run_projector()

    during_the_scan(monkeypatch, arrive)
    assert wiring().tally_projector.repair("one") == []
    assert counted.counts("one")["signatures"]["pending"] == 3, "nothing that was counted meanwhile is lost"
    assert "tally not repaired: it is still changing" in capfd.readouterr().err
