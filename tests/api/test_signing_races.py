"""Signing while something else happens to the same signature: whoever is answered 2xx is in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit.interleaving import delete_expired, just_before

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.fixture
def expired(world: World) -> World:
    """A signature past its expiry that DynamoDB has not deleted yet."""
    world.sign(given_name="Old")
    world.drain()
    world.later(days=31)
    return world


def stands(world: World) -> tuple[str, str]:
    (item,) = world.signatures()
    return item["state"]["S"], item["given_name"]["S"]


def test_signing_again_in_the_moment_of_the_deletion_is_stored(expired: World) -> None:
    with just_before("PutItem", lambda: delete_expired(expired)):
        assert expired.sign(given_name="New").status == 201
    assert stands(expired) == ("pending", "New")
    expired.drain()
    assert expired.post_form(expired.ses.sent[-1].link("confirm"), {}).status == 200
    expired.drain()
    counts = expired.counts()["signatures"]
    assert counts == {"pending": 0, "confirmed": 1, "withdrawn": 0, "expired": 1, "external": 0}


def test_of_two_who_sign_again_in_that_moment_the_last_is_stored(expired: World) -> None:
    with just_before("PutItem", lambda: expired.sign(given_name="First")):
        assert expired.sign(given_name="Last").status == 201
    assert stands(expired) == ("pending", "Last")


def test_signing_again_does_not_undo_the_confirmation_that_came_in_that_moment(expired: World) -> None:
    def sign_and_confirm() -> None:
        expired.sign(given_name="First")
        expired.drain()
        assert expired.post_form(expired.ses.sent[-1].link("confirm"), {}).status == 200

    with just_before("PutItem", sign_and_confirm):
        assert expired.sign(given_name="Last").status == 201
    assert stands(expired) == ("confirmed", "First")


def test_a_renewed_signature_has_a_life_and_emails_of_its_own(expired: World) -> None:
    expired.sign(given_name="New")
    expired.drain()
    (item,) = expired.signatures()
    assert item["sends"]["N"] == "1"
    assert item["signed_at"]["S"] == "2026-12-24T12:00:00.000000Z"
    expired.later(days=29, hours=23)
    assert expired.post_form(expired.ses.sent[-1].link("confirm"), {}).status == 200
