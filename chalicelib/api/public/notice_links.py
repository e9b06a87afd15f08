"""The page behind the link that ends a member's notices: GET shows a button, POST ends them, as one click in a mail program does."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.public.hosted_pages import page_response
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring

notice_links = Blueprint(__name__)


@route(notice_links, "/notices/{token}", "GET")
def show_notices(token: str) -> Response:
    """Shows a button that ends all notices."""
    from chalicelib.pages import rendering

    _member(token)
    request = current_request()
    action = f"{request.base_url}/{Purpose.NOTICES}/{token}?lang={request.language}"
    return page_response(rendering.notices_page(request.language, action=action))


@route(notice_links, "/notices/{token}", "POST")
def end_notices(token: str) -> Response:
    """Ends all notices at once, as RFC 8058 requires of one click, whatever the type of the body, which is not read."""
    from chalicelib.domain.access.notices import NOTHING
    from chalicelib.pages import rendering

    member = _member(token)
    if wiring().members.find(member):  # nothing is kept about who was removed
        wiring().notices.choose(member, NOTHING)
    return page_response(rendering.notices_page(current_request().language))


def _member(token: str) -> str:
    """The member in a link. Raises LinkInvalid, LinkExpired."""
    (member,) = wiring().links().open(Purpose.NOTICES, token, now=wiring().now())
    return member
