"""Notices: what organisers are told by email about their campaigns, at once or in a digest. Numbers and words, never signers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.counting.tallies import Tally

# What happened longer ago is no news.
NEWS_FOR = timedelta(days=2)
# Digests go out from this hour on, UTC: at night in the Americas, before work in Europe.
DIGEST_HOUR = 6
MONDAY = 0
MAX_SITES = 3


class Digest(StrEnum):
    """How often a member gets a digest."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


class NoticeKind(StrEnum):
    """What a member is told at once."""

    GOAL = "goal_reached"
    OPENED = "opened"
    CLOSED = "closed"
    PAUSED = "mail_paused"
    HELD = "mail_held"
    SITES = "sites_refused"


# What only those who look after signatures can do something about.
FOR_ORGANIZERS = frozenset({NoticeKind.PAUSED, NoticeKind.HELD, NoticeKind.SITES})


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """What a member wants to be told."""

    digest: Digest = Digest.WEEKLY
    at_once: bool = True

    @property
    def is_nothing(self) -> bool:
        """True for a member who wants no notices at all."""
        return self.digest is Digest.OFF and not self.at_once


NOTHING = NoticeChoice(Digest.OFF, at_once=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell about a campaign. `key` names the occasion: each member is told of it once."""

    kind: NoticeKind
    key: str
    count: int = 0
    sites: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member knows of a campaign: the `told` occasions, and the numbers of the last digest."""

    told: tuple[str, ...] = ()
    total: int = 0
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class CampaignNews:
    """A campaign's numbers in a digest; `new` and `bounced` are since the last one."""

    campaign: str
    total: int
    new: int
    held: int
    bounced: int

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to say."""
        return not (self.new or self.held or self.bounced)


@dataclass(frozen=True, slots=True)
class WatchedCampaign:
    """A campaign as a round of notices sees it."""

    campaign: Campaign
    tally: Tally
    total: int
    is_paused: bool = False
    refused_sites: Sequence[str] = ()

    @property
    def held(self) -> int:
        """How many emails wait for an organiser."""
        return sum(self.tally.group("held").values())

    @property
    def bounced(self) -> int:
        """How many emails have bounced."""
        return self.tally.funnel["bounced"]

    def notices(self, now: datetime, *, resumed_at: str) -> Iterator[Notice]:
        """What could be told now; `resumed_at` is when email was last resumed, which tells one pause from the next."""
        campaign, day = self.campaign, now.date().isoformat()
        if campaign.goal and self.total >= campaign.goal:
            yield Notice(NoticeKind.GOAL, f"goal {campaign.goal}", self.total)
        if campaign.state is CampaignState.OPEN:
            yield from self._dates(now)
        if self.is_paused:
            yield Notice(NoticeKind.PAUSED, f"paused {resumed_at}")
        if self.held:
            yield Notice(NoticeKind.HELD, f"held {day}", self.held)
        if self.refused_sites:
            yield Notice(
                NoticeKind.SITES, f"sites {day}", len(self.refused_sites), tuple(self.refused_sites[:MAX_SITES])
            )

    def _dates(self, now: datetime) -> Iterator[Notice]:
        for kind, moment in ((NoticeKind.OPENED, self.campaign.opens_at), (NoticeKind.CLOSED, self.campaign.closes_at)):
            if moment and moment <= now < moment + NEWS_FOR:
                yield Notice(kind, f"{kind} {stamp(moment)}", self.total)

    def news_since(self, seen: Seen) -> CampaignNews:
        """The numbers for a digest."""
        new, bounced = self.total - seen.total, self.bounced - seen.bounced
        return CampaignNews(self.campaign.id, self.total, new, self.held, max(bounced, 0))


def is_digest_due(digest: Digest, last: date, now: datetime) -> bool:
    """True when a member with that choice, whose last digest was on the day `last` (UTC), is to get one."""
    if digest is Digest.OFF or now.hour < DIGEST_HOUR or last >= now.date():
        return False
    return digest is Digest.DAILY or now.weekday() == MONDAY or now.date() - last >= timedelta(days=7)
