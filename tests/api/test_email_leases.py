"""A signature that one mailer has in hand, or that is put off until tomorrow, is left alone by the sweep until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World


def owed_jobs(world: World) -> int:
    """How many emails the sweep queues."""
    queued = wiring().mail_reconciliation.queue_owed()
    taken = 0
    while jobs := world.take_jobs():
        taken += len(jobs)
    assert taken == queued
    return queued


@pytest.fixture
def owed(world: World) -> World:
    """One signature that has been owed its email for two hours, its job lost."""
    world.sign()
    world.run_projector()
    assert len(world.take_jobs()) == 1
    world.later(hours=2)
    return world


def lease(world: World) -> None:
    (item,) = world.signatures()
    key = SignatureKey.locate("peru", 4, item["sk"]["S"])
    assert wiring().mail_marks.lease(key, now=world.now)


def test_what_a_mailer_has_in_hand_is_not_queued_until_its_lease_is_over(owed: World) -> None:
    lease(owed)
    assert owed_jobs(owed) == 0
    owed.later(seconds=29)
    assert owed_jobs(owed) == 0
    owed.later(seconds=2)
    assert owed_jobs(owed) == 1


def test_the_daily_round_leaves_what_a_mailer_has_in_hand(owed: World) -> None:
    lease(owed)
    wiring().mail_reconciliation.reconcile()
    assert owed.take_jobs() == []


def test_what_is_put_off_until_tomorrow_is_queued_tomorrow(world: World) -> None:
    campaigns = [f"c{number}" for number in range(6)]
    for campaign in campaigns:
        world.publish(campaign)
        assert world.sign(campaign).status == 201
        world.drain()
    assert len(world.ses.sent) == 5
    world.later(hours=2)
    assert owed_jobs(world) == 0
    world.later(hours=9, minutes=59)  # from noon until just before midnight, UTC
    assert owed_jobs(world) == 0
    world.later(minutes=2)
    wiring().mail_reconciliation.queue_owed()
    world.drain()
    assert len(world.ses.sent) == 6


def test_what_has_been_owed_for_less_than_an_hour_is_left_to_its_own_job(world: World) -> None:
    world.sign()
    world.run_projector()
    world.take_jobs()
    world.later(minutes=59, seconds=59)
    assert owed_jobs(world) == 0
    world.later(seconds=1)
    assert owed_jobs(world) == 1
