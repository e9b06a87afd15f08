"""Signatures on paper: counted apart, once, and never in the way of a signer's own act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"


def enter(world: World, **typed: Any) -> Reply:
    return world.admin("POST", LIST, {"given_name": "Rosa", **typed})


def test_a_paper_signature_counts_apart(world: World) -> None:
    world.sign_and_confirm()
    reply = enter(world, family_name="Mamani", country="pe", signed_on="2026-11-20", reference="sheet 3/12")
    assert (reply.status, reply.json["state"]) == (201, "external")
    assert reply.json["signed_at"] == "2026-11-20T17:00:00.000000Z", "noon in Lima"
    world.drain()
    counts = world.counts()
    assert counts["signatures"]["external"] == counts["signatures"]["confirmed"] == 1
    assert counts["public_count"] == 2
    assert counts["by"]["country"] == {"PE": 1}, "breakdowns are of confirmed ones"
    assert world.get("/campaigns/peru/count").json["count"] == 2
    assert world.admin("GET", "/admin/campaigns").json["campaigns"][0]["count"] == 2


def test_paper_is_in_the_language_of_its_sheet_and_of_the_words_that_were_on_it(world: World) -> None:
    for language, kept in ((None, "en"), ("es", "es"), ("xx", "en")):
        typed = {"given_name": "Rosa", "reference": f"sheet {language}", **({"language": language} if language else {})}
        entered = world.admin("POST", "/admin/campaigns/peru/signatures", typed)
        assert (entered.status, entered.json["language"]) == (201, kept)
        assert entered.json["text_version"] == 1
        assert len(entered.json["text_sha256"]) == 64


def test_the_same_line_of_a_sheet_is_one_signature(world: World) -> None:
    first, again = enter(world, reference="sheet 3/12"), enter(world, reference="sheet 3/12")
    other = enter(world, reference="sheet 3/13")
    assert (first.status, again.status, other.status) == (201, 200, 201)
    assert first.json["id"] == again.json["id"] != other.json["id"]
    assert enter(world).json["id"] != enter(world).json["id"], "without a reference nobody can know"


def test_an_address_that_confirmed_cannot_be_entered_again(world: World) -> None:
    world.sign_and_confirm(email="ana@example.org")
    reply = enter(world, email="Ana+paper@example.org")
    assert (reply.status, reply.json["code"]) == (409, "already_signed")
    assert len(world.signatures()) == 1


def test_a_pending_address_counts_once_its_paper_is_entered_and_its_link_says_so(world: World) -> None:
    world.sign(email="ana@example.org")
    world.drain()
    link = world.ses.sent[-1].link("confirm")
    assert enter(world, email="ana@example.org").status == 201
    world.drain()
    assert world.counts()["signatures"] | {"withdrawn": 0, "expired": 0} == {
        "pending": 0, "confirmed": 0, "withdrawn": 0, "expired": 0, "external": 1,
    }  # fmt: skip
    assert world.post_form(link, {}).status == 200
    world.drain()
    assert world.counts()["signatures"]["external"] == 1


def test_signing_online_after_paper_changes_nothing_and_is_answered_alike(world: World) -> None:
    assert enter(world, email="rosa@example.org").status == 201
    fresh, again = world.sign(email="new@example.org"), world.sign(email="rosa@example.org", given_name="Other")
    assert (fresh.status, fresh.json) == (again.status, again.json)
    world.drain()
    to_rosa = [mail for mail in world.ses.sent if mail.to == "rosa@example.org"]
    assert len(to_rosa) == 1, "one note that the signature stands"
    found = world.admin("POST", f"{LIST}/find", {"email": "rosa@example.org"}).json["signatures"]
    assert [(one["given_name"], one["state"]) for one in found] == [("Rosa", "external")]


def test_no_mail_goes_to_an_address_from_paper_by_itself(world: World) -> None:
    enter(world, email="rosa@example.org")
    world.drain()
    world.later(hours=2)
    world.run_scheduled()
    assert world.ses.sent == []


def test_paper_is_listed_and_taken_back_and_exported(world: World) -> None:
    entered = enter(world, reference="1").json
    assert [one["id"] for one in world.admin("GET", f"{LIST}?state=external").json["signatures"]] == [entered["id"]]
    asked = world.admin("POST", "/admin/campaigns/peru/exports", {"format": "ndjson"}).json
    world.run_exports()
    assert world.admin("GET", f"/admin/campaigns/peru/exports/{asked['id']}").json["rows"] == 1
    assert world.admin("DELETE", f"{LIST}/{entered['id']}").json["state"] == "withdrawn"
    world.drain()
    assert world.counts()["public_count"] == 0


def test_a_public_name_from_paper_is_shown_only_when_it_may_be(world: World) -> None:
    world.publish(show_signers=True)
    enter(world, given_name="Hidden")
    enter(world, given_name="Shown", public=True)
    assert world.get("/campaigns/peru/signers").json["signers"] == [{"name": "Shown"}]


def test_a_closed_campaign_takes_paper_and_a_draft_does_not(world: World) -> None:
    world.publish(state="closed")
    assert enter(world).status == 201
    world.publish(state="draft")
    assert enter(world).status == 409


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"given_name": ""}, "given_name", "missing"),
        ({"signed_on": "2026-11-24"}, "signed_on", "in_the_future"),
        ({"signed_on": "2026-02-30"}, "signed_on", "bad_day"),
        ({"signed_on": 3}, "signed_on", "bad_day"),
        ({"email": "no address"}, "email", "email_without_at"),
        ({"reference": "<b>"}, "reference", "bad_reference"),
        ({"shoe_size": 41}, "body", "unknown_field"),
        ({"country": "XX"}, "country", "not_a_country"),
        ({"consents": ["nobody"]}, "consents", "bad_consent"),
    ],
)
def test_what_cannot_be_on_a_paper_is_refused(world: World, typed: dict[str, Any], field: str, code: str) -> None:
    reply = enter(world, **typed)
    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(field, code)]
    assert world.signatures() == []


def test_a_body_that_is_no_object_is_refused(world: World) -> None:
    assert world.admin("POST", LIST, [1]).status == 400
    assert world.admin("POST", "/admin/campaigns/nowhere/signatures", {"given_name": "A"}).status == 404


def test_who_entered_it_is_in_the_audit_and_whose_it_is_not(world: World) -> None:
    world.later(seconds=1)
    enter(world, email="rosa@example.org")
    reply = world.admin("GET", "/admin/audit")
    assert reply.json["entries"][0]["act"] == "paper signature entered"
    assert "rosa" not in reply.text.lower()
