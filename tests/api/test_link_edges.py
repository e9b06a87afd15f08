"""What links do in the moments between two reads, and with tokens of ours that hold too little or too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring
from tests.kit.factories import a_document, a_form
from tests.kit.interleaving import just_before

if TYPE_CHECKING:
    from tests.kit.world import World

PAGE = {"accept": "text/html"}


def token(purpose: Purpose, *parts: str) -> str:
    return wiring().links().token(purpose, *parts, now=wiring().now())


@pytest.mark.parametrize(
    ("purpose", "parts"),
    [
        (Purpose.CONFIRM, ("peru", "a")),
        (Purpose.CONFIRM, ("peru", "a", "b", "c")),
        (Purpose.CONFIRM, ("peru", "a", "b", "-1")),
        (Purpose.CONFIRM, ("peru", "a", "b", "1", "1")),
        (Purpose.WITHDRAW, ("peru",)),
        (Purpose.WITHDRAW, ("peru", "a", "b")),
        (Purpose.MANAGE, ("peru", "a", "b")),
        (Purpose.UNSUBSCRIBE, ("a",)),
        (Purpose.UNSUBSCRIBE, ("a", "peru", "b")),
    ],
)
def test_a_token_with_other_parts_opens_nothing(world: World, purpose: Purpose, parts: tuple[str, ...]) -> None:
    path = f"/{purpose}/{token(purpose, *parts)}"
    for reply in (world.get(path, **PAGE), world.post_form(path, {}, **PAGE)):
        assert reply.status == 404
        assert "This link does not work" in reply.text
    assert world.signatures() == []


def test_who_withdraws_while_new_words_are_confirmed_has_withdrawn(world: World) -> None:
    world.sign()
    world.drain()
    mail = world.ses.sent[0]
    texts = a_document()["texts"]
    texts["en"]["body"] = "Other words."
    world.publish(texts=texts)
    world.later(minutes=1)
    page = world.get(mail.link("confirm"), **PAGE).text
    shown = page.partition('name="text" value="')[2].partition('"')[0]
    leave = mail.link("withdraw")
    # The first write finds other words, the second the withdrawn signature.
    with just_before("UpdateItem", lambda: None, lambda: world.post_form(leave, {})):
        reply = world.post_form(mail.link("confirm"), {"text": shown}, **PAGE)
    assert reply.status == 410
    world.drain()
    assert world.counts()["signatures"]["confirmed"] == 0


def test_one_withdrawn_long_ago_is_still_said_to_be_withdrawn(world: World) -> None:
    """Its stub has expired, and DynamoDB has not deleted it yet."""
    world.sign_and_confirm()
    world.drain()
    manage = world.ses.sent[-1].link("manage")
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    world.later(days=31)
    reply = world.get(manage, accept="application/json")
    assert (reply.status, reply.json["code"]) == (410, "already_withdrawn")


def test_unsubscribing_works_when_the_campaign_is_gone(world: World) -> None:
    path = f"/unsubscribe/{token(Purpose.UNSUBSCRIBE, 'a' * 32, 'gone')}"
    assert world.get(path, **PAGE).status == 200
    assert world.post_form(path, {}, **PAGE).status == 200
    assert wiring().suppressions.find("a" * 32)


def test_the_page_after_saving_shows_what_was_saved(world: World) -> None:
    world.sign_and_confirm(given_name="Ana")
    world.drain()
    manage = world.ses.sent[-1].link("manage")
    page = world.post_form(manage, a_form(given_name="Anahí", do="save"), **PAGE).text
    assert 'value="Anahí"' in page
    assert 'value="Ana"' not in page


def test_a_correction_does_not_reach_what_was_signed_anew_with_the_same_words(world: World) -> None:
    """Withdrawn and signed again as before: that is another signature, which the link was not sent about."""
    world.sign_and_confirm()
    world.drain()
    leave, manage = world.ses.sent[0].link("withdraw"), world.ses.sent[-1].link("manage")

    def again() -> None:
        world.post_form(leave, {})
        world.sign()

    with just_before("UpdateItem", again):
        reply = world.post_form(manage, a_form(given_name="Anahí", do="save"), **PAGE)
    assert reply.status == 410
    (item,) = world.signatures()
    assert (item["given_name"]["S"], item["state"]["S"]) == ("Ana", "pending")


def test_a_correction_does_not_overwrite_what_the_signer_has_not_seen(world: World) -> None:
    world.sign_and_confirm()
    world.drain()
    manage = world.ses.sent[-1].link("manage")

    def otherwise() -> None:
        world.post_form(manage, a_form(given_name="Otra", do="save"))

    with just_before("UpdateItem", otherwise):
        reply = world.post_form(manage, a_form(given_name="Anahí", do="save"), **PAGE)
    assert reply.status == 412
    assert world.signatures()[0]["given_name"]["S"] == "Otra"
