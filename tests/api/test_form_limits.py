"""The edges of what a form may send along: how long an address to go on to may be, and what a robot's trap takes for filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import World

PATH = "/campaigns/peru/signatures"
SITE = "https://site.example"


def next_of(length: int) -> str:
    return f"{SITE}/{'x' * (length - len(SITE) - 1)}"


def test_an_address_of_two_thousand_characters_is_gone_on_to(world: World) -> None:
    world.publish(allowed_origins=[SITE])
    reply = world.post_form(PATH, a_form(_next=next_of(2000)))
    assert (reply.status, reply.headers["location"]) == (303, next_of(2000))


def test_an_address_of_more_is_refused_and_nothing_is_stored(world: World) -> None:
    world.publish(allowed_origins=[SITE])
    reply = world.sign(_next=next_of(2001))
    assert reply.status == 422
    assert [(error["field"], error["code"]) for error in reply.json["errors"]] == [("_next", "next_not_allowed")]
    assert world.signatures() == []


@pytest.mark.parametrize("blank", ["", " ", "   \t\n", None, False])
def test_a_trap_that_holds_only_blanks_catches_nobody(world: World, blank: object) -> None:
    """Browsers and extensions that tidy a form may leave a blank there."""
    assert world.sign(website=blank).status == 201
    assert len(world.signatures()) == 1


@pytest.mark.parametrize("filled", ["x", " x ", True, ["https://spam.example"]])
def test_a_trap_that_holds_anything_holds_the_signature_and_mails_nobody(world: World, filled: object) -> None:
    assert world.sign(website=filled).status == 201
    assert [signature["held"]["S"] for signature in world.signatures()] == ["honeypot"]
    world.drain()
    assert world.ses.sent == []
