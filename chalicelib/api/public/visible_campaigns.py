"""Campaigns that strangers may see, which excludes drafts; for the pages, the widget and the form endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.api.http.request import current_request
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.errors import CampaignNotFound
from chalicelib.services.signatures.signing import language_for
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot


CACHE_CONTROL = "public, max-age=10, stale-while-revalidate=60, stale-if-error=300"


def visible_campaign(campaign: str, *, with_recent_count: bool = False, test: object = None) -> CampaignSnapshot:
    """Returns a campaign that strangers may see. Raises CampaignNotFound, also for drafts.

    With the token of a `test`, any campaign, to sign as one. Raises SigningTestOver for one that is over.
    """
    if test:
        wiring().signing_tests.check(campaign, test)
    campaign_reader = wiring().campaign_reader
    snapshot = (
        campaign_reader.get_recent_snapshot(campaign) if with_recent_count else campaign_reader.get_snapshot(campaign)
    )
    if test:
        return snapshot.as_test()
    if snapshot.campaign.state is CampaignState.DRAFT:
        raise CampaignNotFound
    return snapshot


def visible_campaign_and_language(campaign: str, *, test: object = None) -> tuple[CampaignSnapshot, str]:
    """Returns the same with its count, and the language to show it in."""
    request, snapshot = current_request(), visible_campaign(campaign, with_recent_count=True, test=test)
    return snapshot, language_for(snapshot.campaign, request.query_param("lang"), request.header("accept-language"))
