"""Campaigns that strangers may see: not drafts. Shared by the pages, the widget and the form endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api.http.request import current_request
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.errors import CampaignNotFound
from chalicelib.services.signatures.signing import language_for
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.services.campaigns.campaign_reader import CampaignWithTally


CACHE_CONTROL = "public, max-age=10, stale-while-revalidate=60, stale-if-error=300"


def visible_campaign(campaign: str, *, counted: bool = False) -> CampaignWithTally:
    """A campaign that strangers may see. Raises CampaignNotFound, also for drafts."""
    campaign_reader = wiring().campaign_reader
    known = campaign_reader.counted(campaign) if counted else campaign_reader.known(campaign)
    if known.campaign.state is CampaignState.DRAFT:
        raise CampaignNotFound
    return known


def visible_campaign_and_language(campaign: str) -> tuple[CampaignWithTally, str]:
    """The same with its count, and the language that the reader gets it in."""
    request, known = current_request(), visible_campaign(campaign, counted=True)
    return known, language_for(known.campaign, request.query_param("lang"), request.header("accept-language"))
