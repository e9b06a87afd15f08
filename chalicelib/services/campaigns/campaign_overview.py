"""The lines of the organiser's list: how each campaign is going, at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.storage.campaigns.campaigns import CampaignSummary


@dataclass(frozen=True, slots=True)
class CampaignOverview:
    """One line of the organiser's list, as it stands at `now`."""

    summary: CampaignSummary
    tally: Tally
    now: datetime

    def as_told(self) -> dict[str, Any]:
        """The line as JSON types; `today` and `yesterday` are days where the campaign is."""
        summary, tally = self.summary, self.tally
        today = self.now.astimezone(ZoneInfo(summary.time_zone)).date()
        days = {"today": today, "yesterday": today - timedelta(days=1)}
        told = ("id", "title", "titles", "kind", "state", "goal", "version", "archived", "mail_paused")
        when = ("time_zone", "opens_at", "closes_at")
        return {
            **{name: getattr(summary, name) for name in (*told, *when)},
            "is_open": summary.is_open(self.now),
            "count": tally.counting + summary.external_count,
            "confirmed": tally.confirmed,
            "pending": tally.count("state:pending"),
            "external": tally.count("state:external"),
            "held": sum(tally.group("held").values()),
            "bounced": tally.count("funnel:bounced"),
            **{name: tally.count(f"day:{day.isoformat()}") for name, day in days.items()},
        }
