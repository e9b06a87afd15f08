"""Drafts, shown to whoever has a private link: nothing can be signed here, kept by a cache or found by a search engine."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.public.hosted_pages import page_response
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.services.signatures.signing import language_for
from chalicelib.wiring import wiring

drafts = Blueprint(__name__)


@route(drafts, "/preview/{token}", "GET")
def show_draft(token: str) -> Response:
    """Shows a draft as its page will be; what is no draft any more is on its page."""
    from chalicelib.pages.rendering import draft_page
    from chalicelib.services.campaigns.preview_links import as_if_open

    request = current_request()
    campaign = wiring().preview_links.follow(token)
    if campaign.state is not CampaignState.DRAFT:
        return Response("", {"Location": f"{request.base_url}/sign/{campaign.id}", "Cache-Control": "no-store"}, 303)
    language = language_for(campaign, request.query_param("lang"), request.header("accept-language"))
    page = draft_page(
        as_if_open(campaign),
        language,
        url=f"{request.base_url}/preview/{token}",
        count=campaign.external_count,
        now=wiring().now(),
    )
    return page_response(page)
