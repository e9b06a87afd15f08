"""The page behind the link in an update that ends the news of its campaign: GET shows, POST acts."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.public.hosted_pages import page_response
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring

leaving = Blueprint(__name__)


@route(leaving, "/leave-updates/{token}", "GET")
def show_leaving(token: str) -> Response:
    """Shows a button that ends the news of the campaign."""
    from chalicelib.pages import rendering

    campaign, request = wiring().leaving_updates.open(token), current_request()
    language = campaign.language_or_default(request.query_param("lang") or request.language)
    action = f"{request.base_url}/{Purpose.LEAVE_UPDATES}/{token}?lang={language}"
    return page_response(rendering.leave_updates_page(campaign, language, action=action))


@route(leaving, "/leave-updates/{token}", "POST")
def leave_updates(token: str) -> Response:
    """Ends the news of the campaign at once, as RFC 8058 requires of one click, whatever the type of the body, which is not read."""
    from chalicelib.pages import rendering

    campaign, request = wiring().leaving_updates.leave(token), current_request()
    language = campaign.language_or_default(request.query_param("lang") or request.language)
    return page_response(rendering.left_updates_page(campaign, language, base_url=request.base_url))
