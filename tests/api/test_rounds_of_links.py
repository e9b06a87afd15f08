"""A link is for the signature it was sent about, not for one that the same address gives after withdrawing; a stranger rewrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PAGE = {"accept": "text/html"}


def signed(world: World, **changes: Any) -> str:
    """Signs, and returns the confirm link of the email."""
    assert world.sign(**changes).status == 201
    world.drain()
    return world.ses.sent[-1].link("confirm")


def stored(world: World) -> dict[str, Any]:
    (item,) = world.signatures()
    return {name: next(iter(value.values())) for name, value in item.items()}


def withdraw(world: World) -> None:
    mail = world.ses.sent[-1]
    link = mail.link("manage") if "/manage/" in mail.text else mail.link("withdraw")
    assert world.post_form(link, {"do": "withdraw-now"}).status == 200
    world.drain()


def pages(world: World, link: str) -> tuple[Reply, Reply]:
    return world.get(link, **PAGE), world.post_form(link, {}, **PAGE)


def test_an_old_confirm_link_confirms_nothing_after_withdrawing_and_signing_anew_with_the_same_words(
    world: World,
) -> None:
    old = signed(world)
    withdraw(world)
    world.later(minutes=11)
    new = signed(world)
    assert old != new
    for reply in pages(world, old):
        assert reply.status == 410
        assert "withdr" in reply.text
    assert stored(world)["state"] == "pending"
    assert world.post_form(new, {}).status == 200
    assert stored(world)["state"] == "confirmed"


def test_each_withdrawal_begins_a_round_of_its_own(world: World) -> None:
    links = []
    for _ in range(3):
        links.append(signed(world))
        withdraw(world)
        world.later(minutes=11)
    links.append(signed(world))
    assert len(set(links)) == 4
    assert [world.post_form(link, {}).status for link in links] == [410, 410, 410, 200]
    assert stored(world)["round"] == "3"


def test_an_old_manage_link_opens_nothing_of_the_new_signature_but_any_link_withdraws_it(
    world: World,
) -> None:
    world.sign_and_confirm(comment="first words")
    thanks = world.ses.sent[-1]
    assert world.get(thanks.link("manage"), **PAGE).status == 200
    withdraw(world)
    world.later(minutes=11)
    world.sign_and_confirm(comment="second words")
    for reply in (world.get(thanks.link("manage"), **PAGE), world.post_form(thanks.link("manage"), {"do": "download"})):
        assert reply.status == 410
        assert "second words" not in reply.text
    assert world.get(world.ses.sent[-1].link("manage"), **PAGE).status == 200
    assert world.post_form(thanks.link("manage"), {"do": "withdraw-now"}).status == 200
    assert stored(world)["state"] == "withdrawn"


def test_a_manage_link_from_before_a_withdrawal_of_which_nothing_is_left_opens_nothing(world: World) -> None:
    world.sign_and_confirm()
    old = world.ses.sent[-1].link("manage")
    withdraw(world)
    world.later(days=31)
    world.delete_as_expired(world.signatures()[0])
    world.sign_and_confirm()
    assert "round" not in stored(world)
    assert world.get(old, **PAGE).status == 410
    assert world.get(world.ses.sent[-1].link("manage"), **PAGE).status == 200


def test_clocks_that_differ_a_little_spoil_no_link(world: World) -> None:
    world.sign()
    world.later(minutes=-4)  # the mailer's clock is behind
    world.drain()
    world.later(minutes=5)
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    world.drain()
    assert world.get(world.ses.sent[-1].link("manage"), **PAGE).status == 200


def test_a_pending_signature_that_expired_and_is_renewed_keeps_its_round(world: World) -> None:
    signed(world)
    withdraw(world)
    world.later(minutes=11)
    signed(world)
    world.later(days=30, minutes=1)
    new = signed(world)
    assert stored(world)["round"] == "1"
    assert world.post_form(new, {}).status == 200


@pytest.mark.parametrize("token", ["peru.x", "peru.x.f.1.2", "peru"])
def test_a_token_with_too_little_or_too_much_opens_nothing(world: World, token: str) -> None:
    from chalicelib.domain.access.signed_links import Purpose

    signs = wiring().links().token(Purpose.CONFIRM, *token.split("."), now=world.now)
    assert world.get(f"/confirm/{signs}", **PAGE).status == 404


THE_FIRST = {"source": "union", "referrer": "https://first.example/a", "lang": "es", "utm_medium": "paper"}
A_STRANGERS = {"source": "evil", "referrer": "https://evil.example/b", "lang": "en", "utm_medium": "evil"}


def origin(world: World) -> dict[str, Any]:
    item = stored(world)
    return {name: item.get(name) for name in ("source", "referrer", "language", "utm", "text_sha256", "source_is_new")}


def test_the_same_words_sent_again_change_neither_source_nor_referrer_nor_language(world: World) -> None:
    world.sign(**THE_FIRST)
    world.drain()
    first = origin(world)
    assert (first["source"], first["language"]) == ("union", "es")
    for minutes in (1, 11):
        world.later(minutes=minutes)
        world.sign(**A_STRANGERS)
        world.drain()
        assert origin(world) == first
    assert world.post_form(world.ses.sent[0].link("confirm"), {}).status == 200
    world.drain()
    world.later(seconds=11)
    assert world.counts()["signatures"]["confirmed"] == 1
    assert "source:union" in str(world.items(world.resources.registry_table))
    assert "evil" not in str(world.items(world.resources.registry_table))
    assert world.ses.sent[-1].request["Content"]["Simple"]["Subject"]["Data"].startswith("Gracias")


def test_whoever_came_without_a_source_stays_so(world: World) -> None:
    world.sign()
    world.drain()
    world.later(minutes=1)
    world.sign(**A_STRANGERS | {"lang": "en"})
    world.drain()
    assert origin(world) | {"text_sha256": None} == {"source": None, "referrer": None, "language": "en", "utm": None,
                                                     "text_sha256": None, "source_is_new": None}  # fmt: skip


def test_other_words_bring_their_own_source_and_language(world: World) -> None:
    world.sign(**THE_FIRST)
    world.drain()
    world.later(minutes=1)
    world.sign(**A_STRANGERS, family_name="Mamani")
    world.drain()
    assert (origin(world)["source"], origin(world)["language"]) == ("evil", "en")


def test_the_same_words_for_a_statement_that_has_changed_since_are_for_the_new_one(world: World) -> None:
    world.sign(**THE_FIRST)
    world.drain()
    first = origin(world)
    world.publish(texts={"en": {"title": "New", "body": "New."}, "es": {"title": "Nuevo", "body": "Nuevo."}})
    world.later(minutes=1)
    world.sign(**A_STRANGERS)
    world.drain()
    again = origin(world)
    assert (again["source"], again["referrer"]) == (first["source"], first["referrer"])
    assert again["text_sha256"] != first["text_sha256"]
    assert again["language"] == "en", "it goes with the words"


def test_putting_back_costs_the_form_nothing_and_happens_once(real_world: World) -> None:
    world = real_world
    world.sign(**THE_FIRST)
    world.drain()
    world.later(minutes=1)
    with world.counting() as calls:
        world.sign(**A_STRANGERS)
    assert calls["UpdateItem"] == 1
    with world.counting() as calls:
        world.drain()
    writes = [one for one in world.units if one["capacity"]["TableName"] == world.resources.signatures_table]
    assert len(writes) == 1
    with world.counting() as calls:
        world.drain()
    assert not calls["UpdateItem"]
