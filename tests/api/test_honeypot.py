"""Whoever fills in the field that nobody sees is answered like everybody; an organiser can find and release the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PATH = "/campaigns/peru/signatures"
HELD = "/admin/campaigns/peru/held"
FILLED = {"website": "https://spam.example"}


def held(world: World) -> dict[str, int]:
    world.drain()
    found: dict[str, int] = world.counts()["held"]
    return found


def states(world: World) -> list[str]:
    return sorted(item["state"]["S"] for item in world.signatures())


def release(world: World) -> int:
    reply = world.admin("POST", f"{HELD}/release", {"reason": "honeypot"})
    world.drain()
    found: int = reply.json["released"]
    return found


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_the_answer_and_its_calls_are_those_of_any_form(world: World, confirmation: str) -> None:
    world.publish(confirmation=confirmation)
    world.sign(email="first@example.org")  # what is read once is read now

    def answered(**form: str) -> tuple[int, str, dict[str, str], dict[str, int]]:
        with world.counting() as calls:
            reply = world.sign(**form)
        headers = {name: value for name, value in reply.headers.items() if name not in {"date", "x-amzn-requestid"}}
        return reply.status, reply.text, headers, dict(calls)

    plain, trapped = answered(email="ana@example.org"), answered(email="bot@example.org", **FILLED)
    assert (plain[0], plain[1:3], sum(plain[3].values())) == (201, trapped[1:3], sum(trapped[3].values()))
    assert answered(email="bot", **FILLED)[:3] == answered(email="bot")[:3], "a mistake is shown, too"
    form = world.post_form(PATH, a_form(email="bea@example.org", website="x"))
    assert (form.status, form.headers["location"]) == (303, "https://api.example/sign/peru/thanks?lang=en")


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_it_causes_no_email_and_is_in_no_count_but_its_own(world: World, confirmation: str) -> None:
    world.publish(confirmation=confirmation, show_signers=True)
    assert world.sign(public=True, **FILLED).status == 201
    assert held(world) == {"honeypot": 1}
    counts = world.counts()
    assert set(counts["signatures"].values()) == {0}
    assert set(counts["funnel"].values()) == {0}
    assert (world.ses.sent, world.get("/campaigns/peru/signers").json["signers"]) == ([], [])
    assert world.get("/campaigns/peru/count").json["count"] == 0
    assert wiring().tally_projector.verify() == []
    world.later(hours=2)
    wiring().mail_reconciliation.reconcile()
    world.drain()
    assert world.ses.sent == [], "nor does the daily round send any"


def test_an_organiser_finds_it_with_its_reason(world: World) -> None:
    world.sign(**FILLED)
    world.drain()
    (group,) = world.admin("GET", HELD).json["groups"]
    (found,) = world.admin("GET", "/admin/campaigns/peru/signatures?held=honeypot").json["signatures"]
    assert (group["reason"], group["signatures"]) == ("honeypot", 1)
    assert (found["email"], found["held"], found["state"]) == ("ana@example.org", "honeypot", "pending")


def test_released_it_is_sent_its_email_and_counts_after_the_click(world: World) -> None:
    world.sign(**FILLED)
    assert (held(world), release(world), release(world)) == ({"honeypot": 1}, 1, 0)
    (mail,) = world.ses.sent
    assert world.counts()["signatures"]["pending"] == 1
    world.post_form(mail.link("confirm"), {})
    assert (held(world), world.counts()["signatures"]["confirmed"]) == ({}, 1)
    assert wiring().tally_projector.verify() == []


def test_released_it_counts_where_no_click_is_needed_and_is_thanked_once(world: World) -> None:
    world.publish(confirmation="single")
    world.sign(**FILLED)
    assert (held(world), release(world), release(world)) == ({"honeypot": 1}, 1, 0)
    (item,) = world.signatures()
    assert (item["state"]["S"], item["day"]["S"]) == ("confirmed", "2026-11-23")
    assert not {"expires_at", "held", "held_at"} & item.keys()
    assert [mail.tags["kind"] for mail in world.ses.sent] == ["thanks"]
    assert (held(world), world.counts()["signatures"]["confirmed"]) == ({}, 1)
    assert wiring().tally_projector.verify() == []


def test_dropped_nothing_of_the_person_is_left(world: World) -> None:
    world.sign(**FILLED)
    world.drain()
    assert world.admin("POST", f"{HELD}/drop", {"reason": "honeypot"}).json["dropped"] == 1
    (item,) = world.signatures()
    assert (item["state"]["S"], "email" in item, held(world)) == ("withdrawn", False, {})
    assert world.counts()["signatures"]["withdrawn"] == 0, "as it had never been in a count"


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_it_never_touches_a_signature_of_the_same_address(world: World, confirmation: str) -> None:
    world.publish(confirmation=confirmation)
    world.sign()
    world.drain()
    before = world.signatures()
    assert world.sign(given_name="Bot", **FILLED).status == 201
    assert (world.signatures(), held(world), len(world.ses.sent)) == (before, {}, 1)


def test_it_leaves_a_confirmed_and_a_paper_signature_alone(world: World) -> None:
    world.sign_and_confirm()
    paper = {"given_name": "Rosa", "email": "rosa@example.org", "signed_on": "2026-11-20", "reference": "1"}
    assert world.admin("POST", "/admin/campaigns/peru/signatures", paper).status == 201
    before = world.signatures()
    for email in ("ana@example.org", "rosa@example.org"):
        world.sign(email=email, given_name="Bot", **FILLED)
    assert world.signatures() == before


@pytest.mark.parametrize(("confirmation", "state"), [("double", "pending"), ("single", "confirmed")])
def test_a_later_form_of_the_same_address_goes_through(world: World, confirmation: str, state: str) -> None:
    world.publish(confirmation=confirmation)
    world.sign(given_name="Bot", **FILLED)
    assert held(world) == {"honeypot": 1}
    world.later(minutes=1)
    world.sign(given_name="Ana")
    assert (held(world), states(world), len(world.ses.sent)) == ({}, [state], 1)
    (item,) = world.signatures()
    assert item["given_name"]["S"] == "Ana"
    assert world.counts()["signatures"][state] == 1
    assert wiring().tally_projector.verify() == []


def test_it_may_take_the_place_of_a_withdrawn_an_expired_and_its_own_earlier_one(world: World) -> None:
    def name() -> Any:
        (item,) = world.signatures()
        return item["given_name"]["S"]

    world.sign(given_name="One", **FILLED)
    world.later(minutes=1)
    world.sign(given_name="Two", **FILLED)
    assert (name(), held(world)) == ("Two", {"honeypot": 1})
    world.admin("POST", f"{HELD}/drop", {})
    world.sign(given_name="Three", **FILLED)
    assert (name(), held(world)) == ("Three", {"honeypot": 1})
    world.sign(given_name="Ana")
    world.drain()
    world.later(days=31)  # expired, and not deleted yet
    world.sign(given_name="Four", **FILLED)
    assert (name(), held(world)) == ("Four", {"honeypot": 1})
    funnel = world.counts()["funnel"]
    assert (funnel["received"], funnel["mailed"]) == (1, 1), "Ana's stays counted as one that came and went"
    assert wiring().tally_projector.verify() == []


def test_once_released_another_filled_form_changes_nothing(world: World) -> None:
    world.sign(given_name="Ana", **FILLED)
    world.drain()
    release(world)
    before = world.signatures()
    world.sign(given_name="Bot", **FILLED)
    assert (world.signatures(), held(world)) == (before, {})


def test_it_goes_with_the_names_of_its_campaign_and_on_erasure(world: World) -> None:
    world.sign(**FILLED)
    world.sign(email="ben@example.org", **FILLED)
    assert world.admin("POST", "/admin/erasures", {"email": "ben@example.org"}).status == 200
    assert states(world) == ["pending", "withdrawn"]
    world.publish(state="closed", retention_days=1)
    world.later(days=2)
    world.run_scheduled()
    assert states(world) == ["withdrawn"]
    assert held(world) == {}


@pytest.mark.parametrize("value", ["", " ", False, None])
def test_a_field_left_empty_is_no_mark(world: World, value: object) -> None:
    reply: Reply = world.sign(website=value)
    assert (reply.status, held(world)) == (201, {})
    assert len(world.ses.sent) == 1


@pytest.mark.parametrize(
    ("origins", "filled", "leads_to"),
    [
        ([], "", "https://elsewhere.example/"),
        ([], "robot", "https://api.example/sign/peru/thanks?lang=en"),
        (["https://elsewhere.example"], "robot", "https://elsewhere.example/"),
    ],
)
def test_a_robots_form_leads_nowhere_but_to_the_campaigns_own_sites(
    world: World, origins: list[str], filled: str, leads_to: str
) -> None:
    world.publish(allowed_origins=origins)
    form = a_form(_next="https://elsewhere.example/", website=filled)
    reply = world.post_form("/campaigns/peru/signatures", form)
    assert (reply.status, reply.headers["location"]) == (303, leads_to)
