"""Links that show a draft to whoever has one, for a week. Nothing can be signed by them, and no reason for a refusal is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import LIFETIME_DAYS, Purpose
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.errors import LinkExpired, LinkInvalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.signed_links import Links
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.services.campaigns.campaign_reader import CampaignReader


@dataclass(frozen=True, slots=True)
class PreviewLinks:
    """Makes and follows these links."""

    campaign_reader: CampaignReader
    links: Callable[[], Links]
    clock: Callable[[], datetime]

    def make(self, campaign_id: str) -> tuple[str, datetime]:
        """Returns a token for a campaign, and until when it is good. Raises CampaignNotFound."""
        campaign, now = self.campaign_reader.get_stored(campaign_id).campaign, self.clock()
        token = self.links().token(Purpose.PREVIEW, campaign.id, now=now)
        return token, now + timedelta(days=LIFETIME_DAYS[Purpose.PREVIEW])

    def follow(self, token: str) -> Campaign:
        """Returns the campaign of a token as it is now. Raises NotFound, the same for a wrong, an expired and a deleted one."""
        try:
            (campaign,) = self.links().open(Purpose.PREVIEW, token, now=self.clock())
            return self.campaign_reader.get_stored(campaign).campaign
        except (LinkInvalid, LinkExpired, NotFound):
            raise NotFound from None


def as_if_open(campaign: Campaign) -> Campaign:
    """The campaign as signers will see it."""
    return replace(campaign, state=CampaignState.OPEN, opens_at=None, closes_at=None, closed_at=None, captcha=None)
