"""Names go when their time is over, whatever moves in that moment: what was not removed at first is, an hour later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.wiring import wiring
from tests.kit.interleaving import just_before

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.fixture
def due(world: World) -> World:
    """A closed campaign with one signer, whose names are due to go."""
    world.sign_and_confirm()
    world.publish(state="closed", retention_days=10)
    world.later(days=11)
    return world


def text(world: World) -> str:
    return json.dumps(world.signatures(), ensure_ascii=False)


def test_a_name_corrected_in_the_moment_of_its_removal_goes_an_hour_later(due: World) -> None:
    manage = due.ses.sent[-1].link("manage")
    form = {"do": "save", "given_name": "Corrected", "country": "PE"}
    statuses: list[int] = []
    with just_before("PutItem", lambda: statuses.append(due.post_form(manage, form).status)):
        due.run_scheduled()
    assert statuses == [200]
    assert "Corrected" in text(due), "what was read is no longer what stands there"
    due.later(hours=1)
    due.run_scheduled()
    assert "Corrected" not in text(due)
    assert "ana@example.org" not in text(due)
    assert wiring().retention.run(), "and nothing is left to do"
    assert due.counts()["signatures"]["confirmed"] == 1


def test_a_signature_withdrawn_in_the_moment_of_its_removal_is_withdrawn(due: World) -> None:
    withdraw = due.ses.sent[0].link("withdraw")
    with just_before("PutItem", lambda: due.post_form(withdraw, {})):
        due.run_scheduled()
    (item,) = due.signatures()
    assert item["state"]["S"] == "withdrawn"
    assert wiring().retention.run()


def test_an_end_that_is_set_later_removes_the_names_that_came_in_between(due: World) -> None:
    due.run_scheduled()
    due.publish(state="open")
    due.sign_and_confirm(email="ben@example.org", given_name="Ben")
    due.later(days=1)
    due.publish(state="closed", retention_days=10)
    due.later(days=9)
    due.run_scheduled()
    assert "Ben" in text(due)
    due.later(days=2)
    due.run_scheduled()
    assert "Ben" not in text(due)


def test_a_stop_before_the_first_bucket_is_no_end(due: World) -> None:
    assert not wiring().retention.run(lambda: False)
    assert "ana@example.org" in text(due)


def test_a_withdrawn_signature_does_not_keep_retention_from_ending(world: World) -> None:
    world.sign_and_confirm()
    world.drain()
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    world.publish(state="closed", retention_days=10)
    world.later(days=11)
    assert wiring().retention.run()
