"""Mail is paused, for one campaign or for all: signing goes on, nothing is sent, nothing is lost, nothing is dead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import cli
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queues keep real time: what would come in a minute comes now."""
    monkeypatch.setattr("chalicelib.services.mail.mail_reconciliation.RESUME_DELAY_SECONDS", 0)


def turn(world: World, *, paused: bool) -> None:
    reply = world.admin("PUT", "/admin/mail", {"paused": paused})
    assert (reply.status, reply.json["paused"]) == (200, paused)


def set_campaign(world: World, *, paused: bool) -> Any:
    head = world.admin("GET", "/admin/campaigns/peru")
    reply = world.admin("PATCH", "/admin/campaigns/peru", {"mail_paused": paused}, if_match=head.headers["etag"])
    assert reply.status == 200, reply.text
    return reply.json


def recipients(world: World) -> list[str]:
    return sorted(mail.to for mail in world.ses.sent)


@pytest.mark.usefixtures("at_once")
def test_while_all_mail_is_paused_signing_goes_on_and_after_it_everything_goes_out(world: World) -> None:
    turn(world, paused=True)
    for name in ("ana", "ben"):
        assert world.sign(email=f"{name}@example.org").status == 201
        world.drain()
    world.later(days=1)
    world.run_scheduled()
    assert world.ses.sent == []
    assert world.dead_letters() == []
    assert {item["state"]["S"] for item in world.signatures()} == {"pending"}
    assert not any("lease_until" in item for item in world.signatures()), "untouched"
    turn(world, paused=False)
    world.later(minutes=1)
    world.run_scheduled()
    assert recipients(world) == ["ana@example.org", "ben@example.org"]
    world.later(hours=1)
    assert wiring().mail_reconciliation.queue_resumed()
    assert world.take_jobs() == [], "once for each time it was resumed"


@pytest.mark.usefixtures("at_once")
def test_a_mail_that_was_given_up_and_wished_for_anew_in_a_pause_goes_out_after_it(world: World) -> None:
    world.sign()
    world.drain()
    assert world.post_form(world.ses.sent[0].link("unsubscribe"), {}).status == 200
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert [item["outcome"]["S"] for item in world.signatures()] == ["suppressed"]
    wiring().address_allowance.lift("ana@example.org")
    turn(world, paused=True)
    world.later(minutes=11)
    world.sign()
    world.drain()
    turn(world, paused=False)
    world.later(minutes=1)
    world.run_scheduled()
    assert recipients(world) == ["ana@example.org"] * 2


@pytest.mark.usefixtures("at_once")
def test_the_pause_of_one_campaign_is_its_own(world: World) -> None:
    world.publish("other")
    assert set_campaign(world, paused=True)["mail_resumed_at"] is None
    world.sign(email="ana@example.org")
    world.sign("other", email="ben@example.org")
    world.drain()
    assert recipients(world) == ["ben@example.org"]
    (peru,) = [one for one in world.admin("GET", "/admin/campaigns").json["campaigns"] if one["id"] == "peru"]
    assert peru["mail_paused"] is True
    world.later(minutes=5)
    assert set_campaign(world, paused=False)["mail_resumed_at"] is not None
    world.later(minutes=1)
    world.run_scheduled()
    assert recipients(world) == ["ana@example.org", "ben@example.org"]


def test_a_mailer_knows_within_half_a_minute(world: World) -> None:
    world.sign(email="ana@example.org")
    world.drain()  # this mailer has looked at the switch just now
    wiring().mail_pause.switch.set_paused(paused=True, key="elsewhere", now=world.now)
    world.later(seconds=30)
    world.sign(email="ben@example.org")
    world.drain()
    assert recipients(world) == ["ana@example.org"]


def test_the_command_pauses_and_resumes_and_queues_at_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mail", "pause"]) == 0
    world.sign()
    world.drain()
    world.later(minutes=1)
    assert cli.main(["mail", "resume"]) == 0
    assert [json.loads(line)["paused"] for line in capsys.readouterr().out.splitlines()] == [True, False]
    sqs = world.session.client("sqs")
    waiting = sqs.get_queue_attributes(QueueUrl=world.resources.mail_queue_url, AttributeNames=["All"])["Attributes"]
    assert waiting["ApproximateNumberOfMessagesDelayed"] == "1", "mailers elsewhere may still think it is paused"
    assert cli.main(["mail", "status"]) == 0


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("command", ["scheduled", "daily"], ids=["now", "until the next release"])
def test_the_command_for_the_daily_round_does_all_that_the_function_does(world: World, command: str) -> None:
    set_campaign(world, paused=True)
    world.sign()
    world.drain()
    set_campaign(world, paused=False)
    world.later(minutes=1)
    assert cli.main([command]) == 0
    world.drain()
    assert recipients(world) == ["ana@example.org"]


def test_who_paused_and_resumed_is_audited_once(world: World) -> None:
    turn(world, paused=True)
    turn(world, paused=True)
    world.later(seconds=1)
    turn(world, paused=False)
    acts = [one["act"] for one in world.admin("GET", "/admin/audit").json["entries"]]
    assert acts[0] == "mail resumed"
    assert acts.count("mail paused") == 1


def test_everybody_with_a_key_sees_it_and_only_an_admin_turns_it(world: World) -> None:
    turn(world, paused=True)
    _, reader = wiring().keyring.create("r", Role.READER, ("peru",))
    _, organizer = wiring().keyring.create("o", Role.ORGANIZER)
    told = world.admin("GET", "/admin/mail", authorization=f"Bearer {reader}")
    assert told.json == {"paused": True, "changed_at": "2026-11-23T12:00:00.000000Z"}
    refused = world.admin("PUT", "/admin/mail", {"paused": False}, authorization=f"Bearer {organizer}")
    assert refused.status == 403
    assert world.admin("GET", "/admin/mail").json["paused"] is True


@pytest.mark.parametrize("body", [{}, {"paused": "yes"}, {"paused": 1}, {"paused": True, "more": 1}, []])
def test_anything_else_turns_nothing(world: World, body: Any) -> None:
    assert world.admin("PUT", "/admin/mail", body).status in {400, 422}
    assert world.admin("GET", "/admin/mail").json == {"paused": False, "changed_at": None}
