"""A campaign's numbers as organisers read them, as JSON types or rows of a sheet; it only adds up what was counted."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.counting.tallies import HOURS_DAYS, hour_of
from chalicelib.domain.exports.export_rows import safe_cell
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot

HEAD = ("group", "label", "count")


def told(snapshot: CampaignSnapshot, groups: Sequence[str], since: datetime | None) -> dict[str, Any]:
    """All counters; `groups` are the breakdowns wanted. With `since`, how many were confirmed from then on."""
    tally, campaign = snapshot.tally, snapshot.campaign
    return {
        "campaign": campaign.id,
        "as_of": snapshot.as_of.isoformat(timespec="seconds"),
        "time_zone": campaign.time_zone,
        "today": campaign.day_of(snapshot.as_of),
        "signatures": totals(tally),
        "external_count": campaign.external_count,
        "public_count": snapshot.public_count,
        "goal": campaign.goal,
        "held": tally.group("held"),
        "flags": tally.group("flag"),
        "by": {group: tally.group(group) for group in groups},
        "funnel": tally.funnel,
        **({"growth": growth(tally, campaign, since, snapshot.as_of)} if since else {}),
    }


def totals(tally: Tally) -> dict[str, int]:
    """Signatures by state; withdrawn and expired ones as often as that happened."""
    return {
        "pending": tally.count("state:pending"),
        "confirmed": tally.confirmed,
        "withdrawn": tally.count("event:withdrawn"),
        "expired": tally.count("event:expired"),
        "external": tally.count("state:external"),
    }


def growth(tally: Tally, campaign: Campaign, since: datetime, now: datetime) -> dict[str, Any]:
    """Confirmations from `since` on: by the hour for a week, by the day before that. Says from when it really counts."""
    if since >= now - timedelta(days=HOURS_DAYS - 1):
        begin = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return {"since": stamp(begin), "confirmed": tally.since_hour(hour_of(begin))}
    day = campaign.day_of(since)
    begin = datetime.combine(datetime.fromisoformat(day), time(), ZoneInfo(campaign.time_zone))
    return {"since": stamp(begin), "confirmed": tally.since_day(day)}


def as_sheet(counts: dict[str, Any]) -> str:
    """The same as CSV: `group,label,count`, safe to open in a spreadsheet."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEAD)
    writer.writerows((group, safe_cell(label), number) for group, label, number in _rows(counts))
    return sheet.getvalue()


def _rows(counts: dict[str, Any]) -> Iterator[tuple[str, str, int | str]]:
    yield from (("signatures", state, number) for state, number in counts["signatures"].items())
    for name in ("external_count", "public_count", "goal"):
        yield "campaign", name, counts[name] if counts[name] is not None else ""
    yield from (("funnel", stage, number) for stage, number in counts["funnel"].items())
    for name in ("held", "flags"):
        yield from ((name, label, number) for label, number in counts[name].items())
    if grown := counts.get("growth"):
        yield "growth", grown["since"], grown["confirmed"]
    for group, labels in counts["by"].items():
        yield from ((group, label, number) for label, number in labels.items())
