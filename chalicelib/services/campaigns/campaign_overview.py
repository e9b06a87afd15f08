"""How a campaign is going, at a glance: one line of the organiser's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.storage.campaigns.campaign_summary import CampaignSummary


@dataclass(frozen=True, slots=True)
class CampaignOverview:
    """One line of the organiser's list, as it stands at `now`."""

    summary: CampaignSummary
    tally: Tally
    now: datetime

    @property
    def is_open(self) -> bool:
        """True while signatures are taken."""
        return self.summary.is_open(self.now)

    @property
    def public_count(self) -> int:
        """Confirmed signatures, those on paper, and those counted elsewhere (`external_count`)."""
        return self.tally.total + self.summary.external_count

    @property
    def held(self) -> int:
        """How many emails are held for the organiser."""
        return sum(self.tally.group("held").values())

    @property
    def confirmed_today(self) -> int:
        """Confirmations today, in the campaign's time zone."""
        return self._confirmed_on(days_ago=0)

    @property
    def confirmed_yesterday(self) -> int:
        """Confirmations yesterday, in the campaign's time zone."""
        return self._confirmed_on(days_ago=1)

    def _confirmed_on(self, *, days_ago: int) -> int:
        today = self.now.astimezone(ZoneInfo(self.summary.time_zone)).date()
        return self.tally.count(f"day:{(today - timedelta(days=days_ago)).isoformat()}")
