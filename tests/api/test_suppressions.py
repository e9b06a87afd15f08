"""What is remembered of an address that must not be mailed: for good, under every spelling it concerns, and told to its owner."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from chalicelib import cli
from tests.kit.interleaving import delete_expired

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World


def unsubscribe(world: World, email: str) -> None:
    link = next(mail for mail in world.ses.sent if mail.to == email).link("unsubscribe")
    assert world.post_form(link, {}).status == 200


def bounce(world: World, email: str) -> None:
    recipients = [{"emailAddress": email}]
    world.deliver_ses_event(
        {"eventType": "Bounce", "mail": {}, "bounce": {"bounceType": "Permanent", "bouncedRecipients": recipients}}
    )


def complain(world: World, email: str) -> None:
    recipients = [{"emailAddress": email}]
    world.deliver_ses_event({"eventType": "Complaint", "mail": {}, "complaint": {"complainedRecipients": recipients}})


def erase(world: World, email: str) -> None:
    assert world.admin("POST", "/admin/erasures", {"email": email}).status == 200


EVERY_REASON = pytest.mark.parametrize("stop", [unsubscribe, bounce, complain, erase])


@EVERY_REASON
def test_an_address_mailed_before_it_was_suppressed_stays_suppressed_when_its_count_of_emails_has_expired(
    world: World, stop: Callable[[World, str], None]
) -> None:
    world.publish("other")
    world.sign()
    world.drain()
    stop(world, "ana@example.org")
    world.later(days=60)
    delete_expired(world)
    assert world.sign("other").status == 201
    world.drain()
    assert len(world.ses.sent) == 1


def test_a_suppression_that_was_lifted_expires_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sign()
    world.drain()
    unsubscribe(world, "ana@example.org")
    monkeypatch.setattr("sys.stdin", io.StringIO("ana@example.org"))
    assert cli.main(["lift"]) == 0
    world.later(days=2, seconds=1)
    delete_expired(world)
    assert "address#" not in json.dumps(world.items(world.resources.registry_table))


def test_nothing_of_a_suppression_is_told_once_it_is_lifted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sign()
    world.drain()
    unsubscribe(world, "ana@example.org")
    monkeypatch.setattr("sys.stdin", io.StringIO("ana@example.org"))
    assert cli.main(["lift"]) == 0
    (told,) = world.admin("POST", "/admin/access", {"email": "ana@example.org"}).json["mail"]
    assert {name for name, value in told.items() if value is not None} == {"day", "mails"}


def suppressions_told_to(world: World, email: str) -> list[str]:
    told = world.admin("POST", "/admin/access", {"email": email}).json["mail"]
    return [one["suppressed_for"] for one in told if "suppressed_for" in one]


def test_access_tells_of_a_bounce_of_the_spelling_that_was_signed_with(world: World) -> None:
    world.sign(email="ana+peru@example.org")
    world.drain()
    bounce(world, "ana+peru@example.org")
    assert suppressions_told_to(world, "ana@example.org") == ["bounce"]


def test_access_tells_of_a_bounce_of_the_spelling_that_is_asked_for(world: World) -> None:
    """Also when no signature with it is left."""
    bounce(world, "Ana+peru@example.org")
    assert suppressions_told_to(world, "ana+PERU@example.org") == ["bounce"]
    assert suppressions_told_to(world, "ana@example.org") == []


def test_access_tells_of_each_spelling_once(world: World) -> None:
    world.publish("other")
    world.sign(email="ana+peru@example.org")
    world.sign("other", email="ana+peru@example.org")
    world.drain()
    complain(world, "ana@example.org")
    assert suppressions_told_to(world, "ana+peru@example.org") == ["complaint"]
