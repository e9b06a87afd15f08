"""Who left stays out when a sheet of paper comes again, and paper never takes away what a signer typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"
ROSA = {"given_name": "Rosa", "family_name": "Mamani"}
SHEET = {"with an address": {**ROSA, "email": "rosa@example.org"}, "without one": {**ROSA, "reference": "sheet 3/12"}}


def enter(world: World, row: dict[str, Any], **more: Any) -> Reply:
    reply = world.admin("POST", LIST, row | more)
    world.drain()
    return reply


def stored(world: World) -> dict[str, Any]:
    (item,) = world.signatures()
    return item


def deleted(world: World) -> None:
    assert world.admin("DELETE", f"{LIST}/{stored(world)['sk']['S']}").status == 200


def erased(world: World) -> None:
    assert world.admin("POST", "/admin/erasures", {"email": "rosa@example.org"}).status == 200


def withdrawn_by_link(world: World) -> None:
    mail = world.ses.sent[-1]
    assert world.post_form(mail.link("manage"), {"do": "withdraw-now"}).status == 200


def forget_stub(world: World) -> None:
    world.later(days=31)
    world.delete_as_expired(stored(world))
    world.drain()


@pytest.mark.parametrize("days_later", [0, 31])
@pytest.mark.parametrize(
    ("row", "leave"),
    [
        (SHEET["with an address"], deleted),
        (SHEET["without one"], deleted),
        (SHEET["with an address"], erased),
    ],
)
def test_the_same_sheet_brings_nobody_back(
    world: World, row: dict[str, Any], leave: Callable[[World], None], days_later: int
) -> None:
    assert enter(world, row).status == 201
    leave(world)
    world.drain()
    if days_later:
        forget_stub(world)
    for _ in range(2):
        again = enter(world, row)
        assert (again.status, again.json["code"]) == (409, "signer_left")
    assert world.counts()["public_count"] == 0
    assert "Rosa" not in str(world.signatures()) + str(world.items(world.resources.registry_table))
    back = enter(world, row, again_because="signed the new sheet in my presence")
    assert (back.status, back.json["state"], back.json["is_new"]) == (201, "external", True)
    assert world.counts()["public_count"] == 1
    (entry,) = [one for one in wiring().audit.newest() if "reason" in one.facts]
    assert entry.facts == {"campaign": "peru", "reason": "signed the new sheet in my presence"}
    assert enter(world, row).status == 200, "entered once more it is only the same line"


@pytest.mark.parametrize("days_later", [0, 31])
def test_who_signed_online_and_withdrew_is_not_brought_back_by_paper(world: World, days_later: int) -> None:
    world.sign_and_confirm(email="rosa@example.org")
    withdrawn_by_link(world)
    world.drain()
    if days_later:
        forget_stub(world)
    assert enter(world, SHEET["with an address"]).json["code"] == "signer_left"
    world.sign_and_confirm(email="rosa@example.org")
    assert world.counts()["signatures"]["confirmed"] == 1, "they themselves may come back"
    assert enter(world, SHEET["with an address"]).json["code"] == "already_signed"


def test_what_is_remembered_is_a_hash_and_goes_with_the_campaign(world: World) -> None:
    world.publish("short")
    enter_there = world.admin("POST", "/admin/campaigns/short/signatures", SHEET["with an address"]).json["id"]
    world.admin("DELETE", f"/admin/campaigns/short/signatures/{enter_there}")
    world.drain()
    forget_stub(world)
    remembered = [one for one in world.items(world.resources.registry_table) if one["pk"]["S"].startswith("left#")]
    assert [set(one) for one in remembered] == [{"pk", "sk", "left"}]
    assert remembered[0]["sk"]["S"] == enter_there
    assert world.admin("DELETE", "/admin/campaigns/short").status == 204
    assert not [one for one in world.items(world.resources.registry_table) if one["pk"]["S"].startswith("left#")]


def test_a_bulk_withdrawal_that_is_undone_leaves_no_memory(world: World) -> None:
    world.sign_and_confirm(email="rosa@example.org", source="flyer")
    begun = world.admin("POST", f"{LIST}/withdraw", {"source": "flyer"}).json["withdrawal"]
    undone = world.admin("POST", f"/admin/campaigns/peru/withdrawals/{begun}/undo", {})
    assert (undone.status, undone.json["restored"]) == (200, 1)
    world.drain()
    assert not [one for one in world.items(world.resources.registry_table) if one["pk"]["S"].startswith("left#")]
    assert enter(world, SHEET["with an address"]).json["code"] == "already_signed"


@pytest.mark.parametrize("reason", ["x" * 201, 7, ["because"]])
def test_a_reason_is_a_short_sentence(world: World, reason: Any) -> None:
    reply = enter(world, SHEET["with an address"], again_because=reason)
    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("again_because", "too_long")]


def test_paper_fills_in_what_a_signer_left_empty_and_replaces_nothing(world: World) -> None:
    world.publish(fields=[{"name": name} for name in ("given_name", "family_name", "country", "organization")])
    world.sign(email="rosa@example.org", given_name="Rosa", family_name="Mamani", country="PE", consents=["wbw"],
               source="flyer", lang="es", public=True)  # fmt: skip
    world.drain()
    link = world.ses.sent[-1].link("confirm")
    before = world.counts()["funnel"]
    row = {
        "email": "Rosa@example.org",
        "given_name": "Rosita",
        "country": "BO",
        "organization": "Unión",
        "consents": [],
    }
    reply = enter(world, row)
    assert (reply.status, reply.json["state"]) == (201, "external")
    assert reply.json["differs"] == ["given_name", "country"]
    kept = {name: reply.json[name] for name in ("given_name", "family_name", "country", "organization", "language")}
    assert kept == {
        "given_name": "Rosa",
        "family_name": "Mamani",
        "country": "PE",
        "organization": "Unión",
        "language": "es",
    }
    assert (reply.json["consents"], reply.json["source"], reply.json["public"]) == (["wbw"], "flyer", True)
    assert world.counts()["funnel"] == before, "nobody has received less than before"
    assert world.counts()["by"]["sponsor"] == {"wbw": 1}
    assert world.post_form(link, {}).status == 200
    assert stored(world)["state"]["S"] == "external"
    assert wiring().tally_projector.verify() == []


def test_paper_entered_twice_with_other_words_says_where_they_differ(world: World) -> None:
    enter(world, SHEET["with an address"], country="PE")
    again = enter(world, SHEET["with an address"], country="BO")
    assert (again.status, again.json["is_new"], again.json["differs"]) == (200, False, ["country"])
    assert again.json["country"] == "PE"


def test_two_names_on_one_line_are_a_mistake_that_shows_the_first(world: World) -> None:
    enter(world, SHEET["without one"])
    assert enter(world, SHEET["without one"], given_name="ROSA").status == 200
    other = enter(world, SHEET["without one"], given_name="Eva", family_name="Paz")
    (error,) = other.json["errors"]
    assert (other.status, error["field"], error["code"]) == (422, "reference", "reference_taken")
    assert "Rosa Mamani" in error["message"]
    assert len(world.signatures()) == 1


@pytest.mark.parametrize("filled", ["", "robot"])
def test_an_expired_or_trapped_form_is_nothing_that_a_signer_typed(world: World, filled: str) -> None:
    world.sign(email="rosa@example.org", given_name="Mallory", website=filled)
    world.drain()
    if not filled:
        world.later(days=31)
    reply = enter(world, SHEET["with an address"])
    assert (reply.status, reply.json["given_name"], reply.json["differs"]) == (201, "Rosa", [])
