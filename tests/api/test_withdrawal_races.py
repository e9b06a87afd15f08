"""A withdrawal that meets somebody else's write in the same moment: it is done when it says so, and says so only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.wiring import wiring
from tests.kit.interleaving import delete_expired, just_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import Reply, World

STUB = {"pk", "sk", "state", "signed_at", "withdrawn_at", "withdrawn_by", "changed_at", "expires_at", "round"}


def by_the_link_in_the_email(world: World) -> Reply:
    return world.post_form(world.ses.sent[0].link("withdraw"), {})


def by_the_organiser(world: World) -> Reply:
    (item,) = world.signatures()
    return world.admin("DELETE", f"/admin/campaigns/peru/signatures/{item['sk']['S']}")


def by_erasure(world: World) -> Reply:
    return world.admin("POST", "/admin/erasures", {"email": "ana@example.org"})


EVERY_WAY = pytest.mark.parametrize("withdraw", [by_the_link_in_the_email, by_the_organiser, by_erasure])


BY_WHOM: dict[Callable[[World], Reply], str] = {
    by_the_link_in_the_email: "signer",
    by_the_organiser: "organizer",
    by_erasure: "erased",
}


@pytest.fixture
def asked(world: World) -> World:
    """One signer who has been sent the confirmation request."""
    world.sign()
    world.drain()
    return world


@EVERY_WAY
def test_a_signature_confirmed_in_that_moment_is_withdrawn(asked: World, withdraw: Callable[[World], Reply]) -> None:
    confirm = asked.ses.sent[0].link("confirm")
    with just_before("PutItem", lambda: asked.post_form(confirm, {})):
        assert withdraw(asked).status == 200
    (item,) = asked.signatures()
    assert (item["state"]["S"], set(item)) == ("withdrawn", STUB | {"left_states"})
    asked.drain()
    counts = asked.counts()
    assert counts["signatures"] == {"pending": 0, "confirmed": 0, "withdrawn": 1, "expired": 0, "external": 0}
    assert counts["funnel"]["confirmed"] == 1, "the click came first"
    assert counts["withdrawn"] == {"signer": 0, "organizer": 0, "erased": 0, BY_WHOM[withdraw]: 1}


@EVERY_WAY
def test_one_that_never_keeps_still_is_not_called_withdrawn(asked: World, withdraw: Callable[[World], Reply]) -> None:
    corrections = [lambda name=name: asked.sign(given_name=name) for name in ("A", "B", "C", "D", "E")]
    with just_before("PutItem", *corrections):
        assert withdraw(asked).status == 503
    (item,) = asked.signatures()
    assert (item["state"]["S"], item["given_name"]["S"]) == ("pending", "E")
    assert withdraw(asked).status == 200
    assert set(asked.signatures()[0]) == STUB


@EVERY_WAY
def test_one_withdrawn_twice_in_that_moment_is_withdrawn_once(asked: World, withdraw: Callable[[World], Reply]) -> None:
    with just_before("PutItem", lambda: by_the_link_in_the_email(asked)):
        assert withdraw(asked).status == 200
    asked.drain()
    assert asked.counts()["signatures"]["withdrawn"] == 1


def test_one_that_expired_and_was_deleted_in_that_moment_is_gone(asked: World) -> None:
    link = asked.ses.sent[0].link("withdraw")
    asked.later(days=31)
    with just_before("PutItem", lambda: delete_expired(asked)):
        assert asked.post_form(link, {}).status == 200
    assert asked.signatures() == []
    asked.drain()
    assert asked.counts()["signatures"]["expired"] == 1
    assert wiring().tally_projector.verify() == []
