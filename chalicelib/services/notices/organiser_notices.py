"""Tells members by email what happened to their campaigns: once an hour what is urgent, and a digest when one is due.

An email is stored before it is queued, and an occasion is marked as told after that: whatever ends in between, the next round
makes the same email again, under the same name, and the mailer sends it once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.access.notices import FOR_ORGANIZERS, NEWS_FOR, Seen, WatchedCampaign, is_digest_due
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.timestamps import read_stored_moment, stamp
from chalicelib.services.containment import contained
from chalicelib.storage.queues import NOTICE, MemberMailJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.members import Member
    from chalicelib.domain.access.notices import Notice
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.campaigns.site_refusals import SiteRefusals
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.access.notices import Known, Notices
    from chalicelib.storage.campaigns.campaign_summary import CampaignSummary
    from chalicelib.storage.queues import MailQueue

AT_ONCE, DIGEST = "at_once", "digest"


@dataclass(frozen=True, slots=True)
class Watched:
    """A campaign in this round, and what could be told about it."""

    state: WatchedCampaign
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganiserNotices:
    """Decides what each member is told."""

    members: Members
    notices: Notices
    campaign_reader: CampaignReader
    site_refusals: SiteRefusals
    mail_pause: MailPause
    queue: MailQueue
    has_sender: Callable[[], bool]
    clock: Callable[[], datetime]

    def run(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """One round: reads each campaign that somebody looks after, once. Returns True when every member was looked at."""
        members = list(self.members.list()) if self.has_sender() else []
        if not members:
            return True
        watched = self._watched(members)
        for member in members:
            if not has_time():
                return False
            with contained("notices"):
                self._tell(member, watched)
        return True

    def _watched(self, members: list[Member]) -> dict[str, Watched]:
        """What there is to know of each campaign that a member reaches."""
        pause, watched = self.mail_pause.get_state(), {}
        for summary in self.campaign_reader.store.list():
            if _has_news(summary, self.clock()) and any(_reaches(member, summary.id) for member in members):
                with contained("notices", summary.id):
                    resumed_at = max(pause.resumed_at, summary.mail_resumed_at or "")
                    watched[summary.id] = self._watch(summary.id, is_paused=pause.is_paused, resumed_at=resumed_at)
        return watched

    def _watch(self, campaign: str, *, is_paused: bool, resumed_at: str) -> Watched:
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        state = WatchedCampaign(
            snapshot.campaign,
            snapshot.tally,
            snapshot.public_count,
            is_paused=is_paused or snapshot.campaign.mail_paused,
            refused_sites=self.site_refusals.recent(snapshot.campaign),
        )
        return Watched(state, tuple(state.notices(self.clock(), resumed_at=resumed_at)))

    def _tell(self, member: Member, watched: dict[str, Watched]) -> None:
        known, now = self.notices.find(member.id), self.clock()
        if known.choice.is_nothing:
            return
        reached = {name: one for name, one in watched.items() if _reaches(member, name)}
        seen = self._tell_at_once(member, known, reached, now)
        if known.digested_on is None:  # a new member hears of what happens from now on
            self.notices.note_digest(member.id, now.date())
        elif is_digest_due(known.choice.digest, known.digested_on, now):
            self._send_digest(member, seen, reached, now)

    def _tell_at_once(
        self, member: Member, known: Known, reached: dict[str, Watched], now: datetime
    ) -> dict[str, Seen]:
        """Sends what was not told yet; returns what the member knows of each campaign then."""
        lines, seen_now = [], {}
        for name, one in reached.items():
            keys = tuple(notice.key for notice in one.notices)
            seen = known.seen.get(name)
            if seen is None:
                seen_now[name] = Seen(keys, one.state.total, one.state.bounced)
                continue
            fresh = [notice for notice in one.notices if notice.key not in seen.told]
            if fresh:
                seen_now[name] = replace(seen, told=seen.told + tuple(notice.key for notice in fresh))
            lines += [{"campaign": name, **asdict(notice)} for notice in fresh if _concerns(member, notice)]
        if lines and known.choice.at_once:
            self._send(member, AT_ONCE, lines, now)
        for name, seen in seen_now.items():
            self.notices.see(member.id, name, seen)
        return {**known.seen, **seen_now}

    def _send_digest(self, member: Member, seen: dict[str, Seen], reached: dict[str, Watched], now: datetime) -> None:
        news = [one.state.news_since(seen[name]) for name, one in reached.items()]
        lines = [asdict(one) for one in news if not one.is_empty]
        if lines:
            self._send(member, DIGEST, lines, now)
        for name, one in reached.items():
            self.notices.see(member.id, name, Seen(seen[name].told, one.state.total, one.state.bounced))
        self.notices.note_digest(member.id, now.date())

    def _send(self, member: Member, kind: str, lines: list[dict[str, Any]], now: datetime) -> None:
        occasion = [kind, member.id, *sorted(f"{line['campaign']} {line.get('key', now.date())}" for line in lines)]
        name = sha256("\n".join(occasion).encode()).hexdigest()[:16]
        self.notices.add_mail(member.id, name, {"kind": kind, "lines": lines}, now=now)
        self.queue.add_member_mail(MemberMailJob(NOTICE, member.address_hash, stamp(now), name))


def _has_news(summary: CampaignSummary, now: datetime) -> bool:
    """False for drafts, for what was closed, and for what ended by its date some days ago: nobody reads their counters."""
    closes_at = read_stored_moment(summary.closes_at)
    is_over = closes_at is not None and closes_at + NEWS_FOR < now
    return summary.state == CampaignState.OPEN and not summary.archived and not is_over


def _reaches(member: Member, campaign: str) -> bool:
    return EVERY_CAMPAIGN in member.access.campaigns or campaign in member.access.campaigns


def _concerns(member: Member, notice: Notice) -> bool:
    """True for what this member can see, and do something about."""
    if notice.kind not in FOR_ORGANIZERS:
        return True
    return member.access.role.includes(Role.ORGANIZER) and not member.access.sponsor
