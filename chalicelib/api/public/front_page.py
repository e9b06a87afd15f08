"""The front page of a deployment: the open campaigns that want to be listed, or wherever the operator sends visitors."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import with_etag
from chalicelib.api.public.hosted_pages import page_response
from chalicelib.wiring import wiring

front = Blueprint(__name__)

# It costs a query at most every 30 s, and less behind a cache.
CACHED = "public, max-age=60, stale-while-revalidate=600, stale-if-error=3600"


@route(front, "/", "GET")
def show_front_page() -> Response:
    """Lists the open campaigns that want to be listed, or leads to HOME_URL if there is one."""
    if home := wiring().settings.home_url:
        return Response("", {"Location": home, "Cache-Control": CACHED}, 303)
    from chalicelib.pages.hosted.front_page import listed_campaigns
    from chalicelib.pages.rendering import front_page

    request, now = current_request(), wiring().now()
    listed = [one for one in wiring().campaign_reader.list_listed() if one.is_open(now)]
    lines = listed_campaigns(listed, request.language, request.header("accept-language"), base_url=request.base_url)
    page = front_page(lines, request.language, base_url=request.base_url)
    response = page_response(page, cache=CACHED)
    response.headers["Vary"] = "Accept-Language"
    return with_etag(response)
