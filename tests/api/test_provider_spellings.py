"""Spellings of a mailbox at Proton, Apple, Yandex and Fastmail: one signer, one cap; what was stored before that is found."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import cli
from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.domain.addresses.provider_spellings import FIRST_RULES
from chalicelib.wiring import wiring
from tests.test_promises import at_once, warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.kit.world import World

LIST = "/admin/campaigns/peru/signatures"
HELD = "/admin/campaigns/peru/held"
SPELLINGS = {
    "proton": ["victim@proton.me", "vic.tim@protonmail.com", "V-ic_tim+x@pm.me", "victim@protonmail.ch"],
    "apple": ["victim@icloud.com", "victim@me.com", "Victim+x@mac.com", "VICTIM@mac.com"],
    "yandex": ["vic-tim@yandex.ru", "vic.tim@yandex.com", "Vic-tim+x@ya.ru", "vic.tim@yandex.kz"],
    "fastmail": ["victim@fastmail.com", "x@victim.fastmail.com", "Y@victim.fastmail.com", "victim+z@fastmail.com"],
}
EVERY_PROVIDER = pytest.mark.parametrize("spellings", SPELLINGS.values(), ids=SPELLINGS)
OLD = "vic.tim@proton.me"


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[None]]:
    """What happens in the block happens as it did before these rules were known."""

    @contextmanager
    def first_rules() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr("chalicelib.domain.addresses.email_addresses.RULES", FIRST_RULES)
            yield

    return first_rules


Before = Any


def old_id(email: str = OLD) -> str:
    return signature_id(wiring().pepper(), "peru", email)


def ids(world: World) -> list[str]:
    return [item["sk"]["S"] for item in world.signatures()]


def sends_to(world: World) -> list[str]:
    world.drain()
    return [mail.to for mail in world.ses.sent]


def found(world: World, email: str) -> list[str]:
    signatures = world.admin("POST", f"{LIST}/find", {"email": email}).json["signatures"]
    return [one["id"] for one in signatures]


# --- one mailbox


@EVERY_PROVIDER
def test_spellings_of_one_mailbox_are_one_signature(world: World, spellings: list[str]) -> None:
    world.publish(confirmation="single")
    for email in spellings:
        assert world.sign(email=email).status == 201
    world.drain()
    assert world.counts()["public_count"] == len(ids(world)) == 1
    assert [found(world, email) for email in spellings] == [ids(world)] * 4


@EVERY_PROVIDER
def test_sixteen_threads_with_the_spellings_of_a_mailbox_make_one_signature(
    real_world: World, spellings: list[str]
) -> None:
    world = real_world
    warm(world)
    assert set(at_once(lambda n: world.sign(email=spellings[n % 4]).status, 48)) == {201}
    assert len(ids(world)) == 1


@EVERY_PROVIDER
def test_a_mailbox_gets_five_emails_a_day_however_it_is_spelled(world: World, spellings: list[str]) -> None:
    for number in range(8):
        world.publish(f"c{number}", buckets=1, reminders=False)
        assert world.sign(f"c{number}", email=spellings[number % 4]).status == 201
    assert sends_to(world) == [spellings[number % 4] for number in range(5)]


@EVERY_PROVIDER
def test_a_complaint_about_one_spelling_stops_emails_to_all(world: World, spellings: list[str]) -> None:
    recipients = [{"emailAddress": spellings[1]}]
    world.deliver_ses_event({"eventType": "Complaint", "mail": {}, "complaint": {"complainedRecipients": recipients}})
    for number, email in enumerate(spellings):
        world.publish(f"c{number}", buckets=1)
        world.sign(f"c{number}", email=email)
    assert sends_to(world) == []


@EVERY_PROVIDER
def test_a_bounce_of_one_spelling_stops_that_one_alone(world: World, spellings: list[str]) -> None:
    recipients = [{"emailAddress": spellings[1]}]
    bounce = {"bounceType": "Permanent", "bouncedRecipients": recipients}
    world.deliver_ses_event({"eventType": "Bounce", "mail": {}, "bounce": bounce})
    for number, email in enumerate(spellings):
        world.publish(f"c{number}", buckets=1)
        world.sign(f"c{number}", email=email)
    assert sends_to(world) == [email for email in spellings if email != spellings[1]]


@EVERY_PROVIDER
def test_erasure_and_access_reach_every_spelling(world: World, spellings: list[str]) -> None:
    world.sign(email=spellings[1])
    world.drain()
    told = world.admin("POST", "/admin/access", {"email": spellings[2]}).json
    assert [one["id"] for one in told["signatures"]] == ids(world)
    assert [one["mails"] for one in told["mail"]] == [1]
    erased = world.admin("POST", "/admin/erasures", {"email": spellings[3]}).json
    assert [one["campaign"] for one in erased["signatures"]] == ["peru"]
    world.sign(email=spellings[0])
    assert len(sends_to(world)) == 1


def test_paper_and_form_of_one_mailbox_are_one_signature(world: World) -> None:
    entered = world.admin("POST", LIST, {"given_name": "Rosa", "email": "vic.tim@proton.me"})
    again = world.admin("POST", LIST, {"given_name": "Rosa", "email": "victim@pm.me"})
    assert (entered.status, again.status, again.json["id"]) == (201, 200, entered.json["id"])
    world.sign(email="vic-tim@protonmail.com")
    assert ids(world) == [entered.json["id"]]


def test_none_of_a_providers_domains_has_a_cap_of_its_own(world: World) -> None:
    world.publish(limits={"domain_hourly": 1})
    for name in ("ana", "ben", "eva"):
        for domain in ("yandex.kz", "mac.com", "protonmail.ch"):
            world.sign(email=f"{name}@{domain}")
        world.sign(email=f"x@{name}.fastmail.fm")
    assert len(sends_to(world)) == 12


def test_held_emails_are_found_by_any_domain_of_the_provider(world: World) -> None:
    world.publish(limits={"network_hourly": 1})
    for email in ("first@example.org", "ana@me.com", "ben@icloud.com", "eva@proton.me"):
        world.sign(email=email)
        world.drain()
    assert world.admin("POST", f"{HELD}/release", {"domain": "Me.com"}).json["released"] == 2


def test_a_sentence_in_a_subdomain_is_in_nothing_that_the_owner_of_the_address_reads(world: World) -> None:
    typed = "your-card-is-blocked_call_0900@victim.fastmail.com"
    world.sign(email=typed)
    assert sends_to(world) == [typed]
    confirm = world.ses.sent[-1].link("confirm")
    pages = [world.get(confirm, accept="text/html"), world.post_form(confirm, {})]
    world.drain()
    thanks = world.ses.sent[-1]
    pages += [world.get(thanks.link(name), accept="text/html") for name in ("manage", "unsubscribe")]
    assert {page.status for page in pages} == {200}
    read = [part for mail in world.ses.sent for part in (mail.subject, mail.text, mail.html)]
    read += [page.text for page in pages]
    assert [one for one in read if "your-card" in one] == []
    assert sum("victim@fastmail.com" in one for one in read) >= 4


# --- what was stored before the rules were known


def test_who_signed_before_is_not_counted_again(world: World, before: Before) -> None:
    with before():
        world.sign_and_confirm(email=OLD)
    assert ids(world) == [old_id()]
    for email in (OLD, "Vic.Tim+again@Proton.me"):
        world.later(seconds=1)
        assert world.sign(email=email).status == 201
    world.drain()
    assert (ids(world), world.counts()["public_count"]) == ([old_id()], 1)
    assert world.ses.sent[-1].tags["kind"] == "already_signed"


def test_who_waits_for_a_click_from_before_replaces_what_was_typed(world: World, before: Before) -> None:
    with before():
        world.sign(email=OLD, given_name="Wrong")
    world.drain()
    world.later(minutes=11)
    world.sign_and_confirm(email=OLD, given_name="Right")
    (item,) = world.signatures()
    assert (item["sk"]["S"], item["given_name"]["S"], item["state"]["S"]) == (old_id(), "Right", "confirmed")


def test_a_link_from_before_confirms(world: World, before: Before) -> None:
    with before():
        world.sign(email=OLD)
        world.drain()
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    world.drain()
    assert (ids(world), world.counts()["public_count"]) == ([old_id()], 1)


def test_who_withdrew_before_signs_in_the_same_place(world: World, before: Before) -> None:
    """Otherwise an organiser who undoes a withdrawal of many could make her count twice."""
    world.publish(confirmation="single")
    with before():
        world.sign(email=OLD)
    world.drain()
    world.admin("DELETE", f"{LIST}/{old_id()}")
    world.drain()
    world.sign(email=OLD)
    world.drain()
    assert (ids(world), world.counts()["public_count"]) == ([old_id()], 1)


def test_what_expired_before_is_absent_deleted_or_not(world: World, before: Before) -> None:
    with before():
        world.sign(email=OLD)
    world.later(days=30, seconds=-1)
    assert world.sign(email=OLD).status == 201
    assert ids(world) == [old_id()]
    world.later(days=30)
    world.sign(email=OLD)
    assert sorted(ids(world)) == sorted([old_id(), old_id("victim@proton.me")])
    world.drain()
    assert found(world, OLD) == [old_id("victim@proton.me")]


def test_a_trapped_form_leaves_who_signed_before_as_she_is(world: World, before: Before) -> None:
    with before():
        world.sign_and_confirm(email=OLD)
    world.sign(email=OLD, website="https://spam.example")
    world.drain()
    assert (ids(world), world.counts()["held"]) == ([old_id()], {})


@pytest.mark.parametrize(("is_paper", "status"), [(True, 200), (False, 409)])
def test_paper_of_who_signed_before_is_not_entered_again(
    world: World, before: Before, is_paper: bool, status: int
) -> None:
    with before():
        if is_paper:
            world.admin("POST", LIST, {"given_name": "Rosa", "email": OLD})
        else:
            world.sign_and_confirm(email=OLD)
    assert world.admin("POST", LIST, {"given_name": "Rosa", "email": OLD}).status == status
    assert ids(world) == [old_id()]


def test_sixteen_threads_of_who_signed_before_leave_one_signature(real_world: World, before: Before) -> None:
    world = real_world
    warm(world)
    with before():
        world.sign(email=OLD)
    typed = [OLD, "VIC.TIM@proton.me", "vic.tim+x@proton.me"]
    assert set(at_once(lambda n: world.sign(email=typed[n % 3]).status, 48)) == {201}
    assert ids(world) == [old_id()]


def test_search_finds_her_by_the_spelling_of_before_and_both_where_two_have_signed(
    world: World, before: Before
) -> None:
    with before():
        world.sign(email=OLD)
    assert found(world, OLD) == [old_id()]
    assert found(world, "victim@proton.me") == [], "only the spelling that was typed can be looked up"
    world.sign(email="victim@proton.me")
    assert found(world, OLD) == [old_id("victim@proton.me"), old_id()]
    assert found(world, "victim@proton.me") == [old_id("victim@proton.me")]


def test_access_and_erasure_reach_what_is_stored_from_before(world: World, before: Before) -> None:
    world.publish("other")
    with before():
        world.sign(email=OLD)
        world.drain()
        world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
    world.sign("other", email="victim@proton.me")
    world.later(seconds=1)
    told = world.admin("POST", "/admin/access", {"email": "Vic.Tim+x@proton.me"}).json
    assert [one["campaign"] for one in told["signatures"]] == ["other", "peru"]
    assert [one["suppressed_for"] for one in told["mail"] if one.get("suppressed_for")] == ["unsubscribe"]
    erased = world.admin("POST", "/admin/erasures", {"email": OLD}).json
    assert [one["campaign"] for one in erased["signatures"]] == ["other", "peru"]
    assert {item["state"]["S"] for item in world.signatures()} == {"withdrawn"}


def test_access_tells_what_is_remembered_of_a_spelling_that_was_signed_with(world: World, before: Before) -> None:
    with before():
        world.sign(email=OLD)
        world.drain()
        world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
        world.admin("DELETE", f"{LIST}/{old_id()}")
    world.publish("other")
    world.sign("other", email="vic.tim+x@proton.me")
    told = world.admin("POST", "/admin/access", {"email": "victim@proton.me"}).json["mail"]
    assert [one.get("suppressed_for") for one in told] == ["unsubscribe"]


@pytest.mark.parametrize("typed", [OLD, "VIC.TIM+x@proton.me"])
def test_an_address_suppressed_before_stays_so_until_its_owner_asks(
    world: World, before: Before, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    with before():
        world.sign(email=OLD)
        world.drain()
        world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
    world.publish("other")
    world.sign("other", email=typed)
    assert sends_to(world) == [OLD]
    monkeypatch.setattr("sys.stdin", io.StringIO(OLD))
    assert cli.main(["lift"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["lifted"] is True
    world.later(minutes=11)
    world.sign("other", email=typed)
    assert sends_to(world) == [OLD, typed]


def test_an_unsubscribe_link_from_before_works(world: World, before: Before) -> None:
    with before():
        world.sign(email=OLD)
        world.drain()
    assert world.post_form(world.ses.sent[-1].link("unsubscribe"), {}).status == 200
    world.publish("other")
    world.sign("other", email=OLD)
    assert sends_to(world) == [OLD]


# --- what it costs


@pytest.mark.parametrize("email", ["ana@example.org", "a.na+x@gmail.com", "ana+x@proton.me", "ana@outlook.com"])
def test_whose_id_has_not_changed_costs_what_it_did(world: World, email: str) -> None:
    world.sign(email="warm@example.org")
    world.drain()
    with world.counting() as calls:
        world.sign(email=email)
    assert calls == {"UpdateItem": 1}
    world.run_projector()
    with world.counting() as calls:
        world.run_mailer()
    is_typed_otherwise = "+" in email
    assert calls["GetItem"] == is_typed_otherwise
    world.admin("POST", f"{LIST}/find", {"email": "warm@example.org"})
    with world.counting() as calls:
        world.admin("POST", f"{LIST}/find", {"email": email})
    assert calls == {"GetItem": 1}


@pytest.mark.parametrize("has_signed", [False, True])
@pytest.mark.parametrize("email", [OLD, "ana@me.com", "ana@ya.ru", "x@ana.fastmail.com"])
def test_whose_id_has_changed_costs_one_read_more_whether_she_has_signed_or_not(
    world: World, before: Before, email: str, has_signed: bool
) -> None:
    world.sign(email="warm@example.org")
    with before():
        if has_signed:
            world.sign(email=email)
    with world.counting() as calls:
        world.sign(email=email)
    assert calls == {"GetItem": 1, "UpdateItem": 1}
    world.drain()
    world.admin("POST", f"{LIST}/find", {"email": "warm@example.org"})
    with world.counting() as calls:
        assert len(found(world, email)) == 1
    assert calls == {"GetItem": 2}
