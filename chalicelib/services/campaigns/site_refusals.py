"""Says which sites' forms a campaign has refused lately, so that an organiser can allow what was forgotten.

It never keeps a signer waiting or changes what they are told, and a flood of made-up sites costs a few writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.campaigns.web_addresses import is_listed, origin_of
from chalicelib.domain.errors import Unavailable
from chalicelib.storage.campaigns.refused_origins import MAX_ORIGINS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.storage.campaigns.refused_origins import RefusedOrigins


@dataclass(slots=True)
class SiteRefusals:
    """What was refused, remembered once an hour by each process."""

    refused_origins: RefusedOrigins
    clock: Callable[[], datetime]
    _noted: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def note(self, campaign: str, origin: str) -> None:
        """Remembers that a form on the site `origin`, as a browser sent it, was refused."""
        site, now = origin_of(origin), self.clock()
        hour = (campaign, f"{now:%Y-%m-%dT%H}")
        noted = self._noted.get(hour, set())
        if not site or site in noted or len(noted) >= MAX_ORIGINS:
            return
        self._noted = {key: sites for key, sites in self._noted.items() if key[1] == hour[1]} | {hour: noted | {site}}
        try:
            self.refused_origins.add(campaign, site, now=now)
        except Unavailable:
            log.info("a refused site could not be remembered", campaign=campaign)

    def recent(self, campaign: Campaign) -> list[str]:
        """The sites refused in the last day or two that are still not allowed; none where every site is."""
        if not campaign.allowed_origins:
            return []
        found = self.refused_origins.find(campaign.id, now=self.clock())
        return [site for site in found if not is_listed(site, campaign.allowed_origins)]
