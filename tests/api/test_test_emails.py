"""Test emails: to whoever is signed in, and to nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.signatures.mail_marks import MailKind
from tests.api.test_members import invite, sign_in

if TYPE_CHECKING:
    from tests.kit.world import World

EMAILS = "/admin/campaigns/peru/emails"


@pytest.fixture
def member(world: World) -> str:
    """The authorization of an organiser who is signed in."""
    world.publish(emails={"thanks": {"es": {"subject": "Gracias, {{given_name}}"}}})
    invite(world)
    mine = sign_in(world)
    world.ses.sent.clear()
    return mine


@pytest.mark.parametrize("kind", list(MailKind))
def test_each_email_goes_to_the_member_marked_as_a_test(world: World, member: str, kind: str) -> None:
    answer = world.admin("POST", f"{EMAILS}/{kind}/test?language=es", authorization=member)
    assert (answer.status, answer.json) == (202, {"to": "ana@example.org", "language": "es"})
    world.drain()
    (sent,) = world.ses.sent
    assert sent.to == "ana@example.org"
    assert sent.subject.startswith("[Prueba] ")
    assert "Esto es una prueba." in sent.text
    assert sent.request["FromEmailAddress"] == "Peru Solidarity <actions@example.org>"
    assert sent.tags == {"kind": "test"}
    for link in re.findall(r"/(?:confirm|withdraw|manage|unsubscribe)/([^?\s>]+)", sent.text + str(sent.headers)):
        assert link == "test.peru"
    assert world.signatures() == []


def test_it_says_what_is_saved_to_an_example_person(world: World, member: str) -> None:
    world.admin("POST", f"{EMAILS}/thanks/test?language=es", authorization=member)
    world.drain()
    assert world.ses.sent[0].subject == "[Prueba] Gracias, María"


def test_a_key_has_no_address(world: World, member: str) -> None:  # noqa: ARG001
    refused = world.admin("POST", f"{EMAILS}/thanks/test")
    assert (refused.status, refused.json["code"]) == (403, "key_without_member")
    world.drain()
    assert world.ses.sent == []


@pytest.mark.parametrize(("path", "status"), [("welcome/test", 404), ("thanks/test?language=fr", 422)])
def test_what_there_is_not_cannot_be_sent(world: World, member: str, path: str, status: int) -> None:
    assert world.admin("POST", f"{EMAILS}/{path}", authorization=member).status == status


def test_another_campaign_is_out_of_reach(world: World) -> None:
    world.publish()
    world.publish("other")
    invite(world, campaigns=["other"])
    mine = sign_in(world)
    assert world.admin("POST", f"{EMAILS}/thanks/test", authorization=mine).status == 403
    assert world.admin("POST", "/admin/campaigns/other/emails/thanks/test", authorization=mine).status == 202


def test_a_reader_sends_none(world: World) -> None:
    world.publish()
    invite(world, role="reader")
    assert world.admin("POST", f"{EMAILS}/thanks/test", authorization=sign_in(world)).status == 403


def test_twenty_an_hour_are_enough(world: World, member: str) -> None:
    sent = [world.admin("POST", f"{EMAILS}/thanks/test", authorization=member).status for _ in range(21)]
    assert sent == [202] * 20 + [429]
    world.later(hours=1)
    assert world.admin("POST", f"{EMAILS}/thanks/test", authorization=member).status == 202


def test_who_was_removed_before_it_left_gets_none(world: World, member: str) -> None:
    world.admin("POST", f"{EMAILS}/thanks/test", authorization=member)
    (ana,) = [one for one in world.admin("GET", "/admin/members").json["members"] if one["email"] == "ana@example.org"]
    world.admin("DELETE", f"/admin/members/{ana['id']}")
    world.drain()
    assert world.ses.sent == []


def test_what_ses_refuses_for_now_is_sent_later_and_what_it_refuses_for_good_never(world: World, member: str) -> None:
    world.ses.refuses = "MessageRejected"
    world.admin("POST", f"{EMAILS}/thanks/test", authorization=member)
    world.drain()
    assert world.dead_letters() == []
    world.ses.refuses = "TooManyRequestsException"
    world.admin("POST", f"{EMAILS}/thanks/test", authorization=member)
    world.drain()
    world.ses.refuses = ""
    world.later(minutes=10)
    world.drain()
    assert len(world.ses.sent) == 1


def test_nothing_of_it_names_the_member_on_its_way(world: World, member: str) -> None:
    world.admin("POST", f"{EMAILS}/thanks/test", authorization=member)
    (job,) = world.take_jobs()
    assert "ana" not in str(job).lower()
