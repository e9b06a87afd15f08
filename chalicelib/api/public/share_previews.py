"""What other sites show of a campaign when somebody shares or embeds its URL, and what crawlers may visit."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import image_response, json_response, with_etag
from chalicelib.api.public.visible_campaigns import CACHE_CONTROL, visible_campaign, visible_campaign_and_language
from chalicelib.domain.errors import FormatNotOffered, NotFound
from chalicelib.services.signatures.signing import language_for

previews = Blueprint(__name__)

# A picture's URL changes with the count, so an old picture may stay in caches.
PICTURE_CACHED = "public, max-age=600, stale-while-revalidate=86400, stale-if-error=604800"
A_DAY = "public, max-age=86400"
# Links in emails are for one reader, and organisers' pages for no stranger.
ROBOTS = "User-agent: *\nDisallow: {0}/admin\nDisallow: {0}/confirm/\nDisallow: {0}/manage/\nDisallow: {0}/notices/\nDisallow: {0}/unsubscribe/\nDisallow: {0}/withdraw/\n"


@route(previews, "/sign/{campaign}/card.png", "GET")
def get_share_card(campaign: str) -> Response:
    """Returns the picture shown where the hosted page is shared: title, count against goal, sponsors."""
    from chalicelib.pages.share_card import share_card as cards

    snapshot, requested = visible_campaign_and_language(campaign)
    language = cards.drawn_language(snapshot.campaign, requested)
    if language is None:
        raise NotFound
    png = cards.png(cards.card(snapshot.campaign, language, count=snapshot.shown_count))
    return with_etag(
        image_response(
            png, "image/png", cache_control=PICTURE_CACHED, content_language=language, vary="Accept-Language"
        )
    )


@route(previews, "/oembed", "GET")
def get_oembed() -> Response:
    """Returns what to show where somebody pastes the URL of a hosted page (oembed.com)."""
    from chalicelib.pages.widget import oembed as embeds

    request = current_request()
    if (request.query_param("format") or "json").lower() != "json":
        raise FormatNotOffered
    page = embeds.page_of(request.query_param("url") or "", request.base_url)
    if page is None:
        raise NotFound
    snapshot = visible_campaign(page.campaign, with_recent_count=True)
    language = language_for(snapshot.campaign, page.language, request.header("accept-language"))
    max_size = embeds.MaxSize.from_query(request.query_param("maxwidth"), request.query_param("maxheight"))
    body = embeds.document(
        snapshot.campaign, language, base_url=request.base_url, count=snapshot.shown_count, max_size=max_size
    )
    return with_etag(
        json_response(body, cache_control=CACHE_CONTROL, vary="Accept-Language", content_language=language)
    )


@route(previews, "/robots.txt", "GET")
def get_robots_txt() -> Response:
    """Keeps crawlers away from links that are meant for one reader."""
    request = current_request()
    text = ROBOTS.format(request.base_url.removeprefix(request.own_origin))
    return Response(text, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": A_DAY}, 200)


@route(previews, "/favicon.ico", "GET")
def get_favicon() -> Response:
    """Says that there is no icon, so that programs that ask for one everywhere stop asking for a day."""
    return Response("", {"Cache-Control": A_DAY}, 204)
