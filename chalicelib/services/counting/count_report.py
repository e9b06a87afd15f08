"""A campaign's numbers as organisers read them; it only adds up what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.counting.tallies import HOURS_KEPT_DAYS, hour_of
from chalicelib.domain.errors import InvalidFields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Signatures by state; for withdrawn and expired ones, how often that happened."""

    pending: int
    confirmed: int
    withdrawn: int
    expired: int
    external: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How many confirmations there were from `since` on, less those withdrawn."""

    since: datetime
    confirmed: int


@dataclass(frozen=True, slots=True)
class CountReport:
    """All counters of a campaign; `by` holds the requested breakdowns, `{group: {label: n}}`."""

    snapshot: CampaignSnapshot
    totals: Totals
    by: Mapping[str, Mapping[str, int]]
    growth: Growth | None


def report(snapshot: CampaignSnapshot, groups: Sequence[str], since: date | None) -> CountReport:
    """Returns all counters, broken down by `groups`. With `since`, also how many were confirmed from that moment or day on.

    Raises InvalidFields for one in the future.
    """
    tally, campaign = snapshot.tally, snapshot.campaign
    beginning = campaign.beginning_of(since) if since else None
    if beginning and beginning > snapshot.as_of:
        raise InvalidFields.one("since", "in_the_future")
    grown = growth(tally, campaign, beginning, snapshot.as_of) if beginning else None
    return CountReport(snapshot, totals(tally), {group: tally.group(group) for group in groups}, grown)


def totals(tally: Tally) -> Totals:
    """Returns the signatures by state."""
    return Totals(
        pending=tally.count("state:pending"),
        confirmed=tally.confirmed,
        withdrawn=tally.count("event:withdrawn"),
        expired=tally.count("event:expired"),
        external=tally.count("state:external"),
    )


def growth(tally: Tally, campaign: Campaign, since: datetime, now: datetime) -> Growth:
    """Returns the confirmations from `since` on, rounded down to the hour within the last week and to the day before that.

    The result says from when it really counts.
    """
    if since >= now - timedelta(days=HOURS_KEPT_DAYS - 1):
        start = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return Growth(start, tally.since_hour(hour_of(start)))
    day = campaign.day_of(since)
    start = datetime.combine(datetime.fromisoformat(day), time(), ZoneInfo(campaign.time_zone))
    return Growth(start, tally.since_day(day))
