"""Notices to members: what is told at once and in digests, once, to whom it concerns, until they want no more."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.notices import Digest, is_digest_due
from chalicelib.storage.access.notices import Notices
from chalicelib.wiring import wiring
from tests.api.test_members import invite, sign_in

if TYPE_CHECKING:
    from tests.kit.world import World

MINE = "/admin/me/notices"
PERU = "/admin/campaigns/peru"


@pytest.fixture
def told(real_world: World) -> World:
    """A campaign with a goal of two, a member who is known to the notices, and no email yet."""
    world = real_world
    world.publish(confirmation="single", goal=2)
    invite(world)
    world.drain()
    world.run_scheduled()
    world.ses.sent.clear()
    return world


def notices(world: World, to: str = "ana@example.org") -> list[Any]:
    """The notices sent since the last look."""
    world.run_scheduled()
    found = [mail for mail in world.ses.sent if mail.to == to and "/notices/" in mail.text]
    world.ses.sent.clear()
    return found


def reach_the_goal(world: World, who: str = "a") -> None:
    for number in range(2):
        assert world.sign(email=f"{who}{number}@example.org").status == 201
    world.drain()


def until_digest(world: World, days: int = 1) -> None:
    """To seven in the morning (UTC), so many days on."""
    world.now = (world.now + timedelta(days=days)).replace(hour=7)


def test_a_reached_goal_is_told_once_with_its_number(told: World) -> None:
    assert notices(told) == []
    reach_the_goal(told)
    (mail,) = notices(told)
    assert "Goal reached. Signatures so far: 2." in mail.subject
    assert "https://api.example/admin#/campaigns/peru" in mail.text
    assert "example.org" not in mail.text.replace("ana@example.org", "")
    reach_the_goal(told, "b")
    assert notices(told) == []
    told.admin("PATCH", PERU, {"goal": 4}, if_match="*")
    assert len(notices(told)) == 1, "a new goal is a new occasion"


def test_held_email_pauses_and_refused_sites_are_told_to_those_who_can_act(told: World) -> None:
    invite(told, "reader@example.org", role="reader")
    invite(told, "sponsor@example.org", campaigns=["peru"], sponsor="wbw")
    notices(told)
    told.admin("PATCH", PERU, {"mail_paused": True, "allowed_origins": ["https://wbw.example"]}, if_match="*")
    refused = told.post_json("/campaigns/peru/signatures", {"email": "x@example.org"}, origin="https://other.example")
    assert refused.status == 403
    told.run_scheduled()
    sent = {mail.to: mail for mail in told.ses.sent}
    assert set(sent) == {"ana@example.org"}
    assert sent["ana@example.org"].subject == "News about your campaigns"
    assert "https://other.example" in sent["ana@example.org"].text
    assert "Emails are paused" in sent["ana@example.org"].text
    told.ses.sent.clear()
    told.admin("PATCH", PERU, {"mail_paused": False}, if_match="*")
    assert notices(told) == []
    told.later(minutes=1)
    told.admin("PATCH", PERU, {"mail_paused": True}, if_match="*")
    (again,) = notices(told)
    assert "Emails are paused" in again.text, "the next pause is another one"


def test_held_emails_are_told_once_a_day(told: World) -> None:
    told.admin("PATCH", PERU, {"limits": {"network_hourly": 1}, "confirmation": "double"}, if_match="*")
    for number in range(3):
        assert told.sign(email=f"h{number}@example.org").status == 201
    told.drain()
    (mail,) = notices(told)
    assert re.search(r"Emails waiting for your decision: \d", mail.text)
    assert "#/campaigns/peru/messages" in mail.text
    assert notices(told) == []
    told.later(days=1)
    assert len(notices(told)) >= 1


def test_opening_and_closing_by_date_are_told(told: World) -> None:
    soon = told.now + timedelta(minutes=30)
    dates = {"opens_at": soon.isoformat(), "closes_at": (soon + timedelta(hours=1)).isoformat()}
    assert told.admin("PATCH", PERU, dates, if_match="*").status == 200
    assert notices(told) == []
    told.later(hours=1)
    (opened,) = notices(told)
    assert "It opened on its date" in opened.text
    told.later(hours=1)
    (closed,) = notices(told)
    assert "It closed on its date. Signatures: 0." in closed.text
    told.later(days=3)
    assert notices(told) == []


def test_a_digest_counts_since_the_last_one_and_is_not_sent_about_nothing(told: World) -> None:
    mine = {"authorization": sign_in(told)}
    assert told.admin("GET", MINE, **mine).json == {"digest": "weekly", "at_once": True}
    assert told.admin("PATCH", MINE, {"digest": "daily", "at_once": False}, **mine).status == 200
    until_digest(told)
    assert notices(told) == []
    reach_the_goal(told)
    assert notices(told) == [], "it had today's, and wants nothing at once"
    until_digest(told)
    (mail,) = notices(told)
    assert mail.subject == "How your campaigns are doing"
    assert "signatures: 2, new since the last digest: 2" in mail.text
    assert notices(told) == []
    until_digest(told)
    assert notices(told) == []


@pytest.mark.parametrize(
    ("digest", "last", "now", "due"),
    [
        (Digest.DAILY, "2026-11-27", "2026-11-28T06", True),
        (Digest.DAILY, "2026-11-27", "2026-11-28T05", False),
        (Digest.DAILY, "2026-11-28", "2026-11-28T06", False),
        (Digest.WEEKLY, "2026-11-27", "2026-11-28T06", False),  # a Saturday
        (Digest.WEEKLY, "2026-11-27", "2026-11-30T06", True),
        (Digest.WEEKLY, "2026-11-20", "2026-11-28T06", True),  # Monday was missed
        (Digest.OFF, "2026-01-01", "2026-11-30T06", False),
    ],
)
def test_when_a_digest_is_due(digest: Digest, last: str, now: str, *, due: bool) -> None:
    assert is_digest_due(digest, date.fromisoformat(last), datetime.fromisoformat(now).replace(tzinfo=UTC)) is due


def test_a_member_hears_in_their_language_and_only_of_their_campaigns(told: World) -> None:
    invite(told, "eva@example.org", language="es", campaigns=["peru"])
    invite(told, "gus@example.org", campaigns=["elsewhere"])
    told.drain()
    notices(told)
    reach_the_goal(told)
    told.run_scheduled()
    sent = {mail.to: mail for mail in told.ses.sent if "/notices/" in mail.text}
    assert set(sent) == {"ana@example.org", "eva@example.org"}
    assert "Se alcanzó la meta. Firmas hasta ahora: 2." in sent["eva@example.org"].subject


def test_a_new_member_does_not_hear_what_happened_before(told: World) -> None:
    reach_the_goal(told)
    notices(told)
    invite(told, "eva@example.org")
    assert notices(told, "eva@example.org") == []
    assert notices(told, "eva@example.org") == []


def test_one_click_ends_all_notices_and_the_dashboard_begins_them_again(told: World) -> None:
    reach_the_goal(told)
    (mail,) = notices(told)
    headers = {one["Name"]: one["Value"] for one in mail.request["Content"]["Simple"]["Headers"]}
    link = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mail.text
    path = link.removeprefix("https://api.example")
    shown = told.get(path, accept="text/html")
    assert (shown.status, "Stop these notices?" in shown.text) == (200, True)
    mine = {"authorization": sign_in(told)}
    assert told.admin("GET", MINE, **mine).json["at_once"], "looking changes nothing"
    told.ses.sent.clear()
    for _ in range(2):
        ended = told.request(
            "POST", path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert (ended.status, "No more notices" in ended.text) == (200, True)
    assert told.admin("GET", MINE, **mine).json == {"digest": "off", "at_once": False}
    told.admin("PATCH", PERU, {"goal": 1}, if_match="*")
    assert notices(told) == []
    told.admin("PATCH", MINE, {"at_once": True}, **mine)
    told.admin("PATCH", PERU, {"goal": 2}, if_match="*")
    told.admin("PATCH", PERU, {"mail_paused": True}, if_match="*")
    (again,) = notices(told)
    assert "Emails are paused" in again.text
    assert told.get("/notices/nonsense", accept="text/html").status == 404


def test_whoever_is_removed_is_forgotten_and_told_nothing(told: World) -> None:
    reach_the_goal(told)
    (mail,) = notices(told)
    (ana,) = told.admin("GET", "/admin/members").json["members"]
    invite(told, "eva@example.org", role="admin")
    assert told.admin("DELETE", f"/admin/members/{ana['id']}").status == 204
    pks = {item["pk"]["S"] for item in told.items(told.resources.registry_table)}
    assert f"notice#{ana['id']}" not in pks
    told.post_form(re.search(r"https://api.example(/notices/\S+)", mail.text)[1], {})  # type: ignore[index]
    assert f"notice#{ana['id']}" not in {item["pk"]["S"] for item in told.items(told.resources.registry_table)}
    told.admin("PATCH", PERU, {"goal": 1}, if_match="*")
    assert notices(told) == []


def test_a_notice_that_ses_refuses_for_now_is_sent_later_and_once(told: World) -> None:
    reach_the_goal(told)
    told.ses.sent.clear()
    told.ses.refuses = "TooManyRequestsException"
    told.run_scheduled()
    assert told.ses.sent == []
    told.ses.refuses = ""
    told.drain()
    assert len([mail for mail in told.ses.sent if "/notices/" in mail.text]) == 1
    told.ses.sent.clear()
    assert notices(told) == []


def test_a_round_that_ends_before_it_has_marked_what_it_told_tells_it_once(
    told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach_the_goal(told)
    told.ses.sent.clear()
    original = Notices.see

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Notices, "see", broken)
    told.run_scheduled()
    monkeypatch.setattr(Notices, "see", original)
    told.run_scheduled()
    assert len([mail for mail in told.ses.sent if "/notices/" in mail.text]) == 1


def test_keys_have_no_notices_and_nonsense_is_refused(told: World) -> None:
    assert told.admin("GET", MINE).json["code"] == "not_a_session"
    mine = {"authorization": sign_in(told)}
    for body in ({"digest": "hourly"}, {"at_once": "maybe"}, {"sms": True}):
        assert told.admin("PATCH", MINE, body, **mine).status == 422
    assert told.admin("GET", MINE, **mine).json == {"digest": "weekly", "at_once": True}


@pytest.mark.usefixtures("world")
def test_without_members_no_campaign_is_read_for_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    notices_of = wiring().organiser_notices
    monkeypatch.setattr(type(notices_of.campaign_reader), "get_fresh_snapshot", lambda *_: pytest.fail("it was read"))
    assert notices_of.run()
