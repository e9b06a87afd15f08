"""The organiser's dashboard: a page and its files for everybody, data only with a key; and previews of drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.api.public.hosted_pages import page_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.domain.text import text_rules
from chalicelib.domain.timestamps import stamp
from chalicelib.i18n.languages import ORGANISERS_LANGUAGES, choose_language
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import dashboard as body_types
    from chalicelib.api.http.problems import Headers

dashboard = Blueprint(__name__)
FOR_EVER = "public, max-age=31536000, immutable"


@route(dashboard, "/admin", "GET")
def show_dashboard() -> Response:
    """Returns the dashboard's page, which contains no data; or leads to the host that it has of its own."""
    from chalicelib.pages.dashboard import dashboard as pages

    request = current_request()
    language = choose_language(
        request.query_param("lang"), request.header("accept-language"), ORGANISERS_LANGUAGES, "en"
    )
    if not request.is_on_dashboards_host:
        return Response(
            "", {"Location": f"{request.dashboard_url}/admin?lang={language}", "Cache-Control": "no-cache"}, 303
        )
    page = pages.page(
        language,
        base_url=request.dashboard_url,
        public_url=request.base_url,
        has_own_host=bool(wiring().settings.dashboard_url),
    )
    return page_response(page, cache="no-cache")


@route(dashboard, "/admin/assets/{version}/{name}", "GET")
def get_dashboard_asset(version: str, name: str) -> Response:
    """Returns a script or stylesheet of this version of the dashboard."""
    from chalicelib.pages.dashboard import dashboard as pages

    asset = pages.asset(version, name)
    if asset is None:
        raise NotFound
    text, content_type = asset
    headers: Headers = {"Content-Type": content_type, "Cache-Control": FOR_EVER}
    return Response(text, headers, 200)


@route(dashboard, "/admin/me", "GET", role=Role.READER)
def get_own_key() -> Response:
    """Returns who makes this request, how, and what they may do."""
    key = current_key(Role.READER)
    member = wiring().members.find(key.id) if key.session else None
    body: body_types.CurrentKey = {
        "how": "session" if key.session else "key",
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "campaigns": list(key.campaigns),
        "sponsor": key.sponsor or None,
        "expires_at": key.valid_until.isoformat() if key.valid_until else None,
        "session": key.session or None,
        "email": member.email if member else None,
        "language": member.language if member else None,
    }
    return json_response(body)


@route(dashboard, "/admin/campaigns/{campaign}/snippets", "GET", role=Role.READER)
def get_snippets(campaign: str) -> Response:
    """Returns what to paste into a page, by language: the widget, a plain form, an iframe, a link, a QR code.

    With `?source=`, those of one partner: whoever signs by them is counted under it.
    """
    from chalicelib.pages.widget.snippets import snippets

    source = current_request().query_param("source") or ""
    if source != text_rules.source_label(source):
        raise InvalidFields.one("source", "bad_source")
    stored = wiring().campaign_reader.get_stored(campaign).campaign
    return json_response({"campaign": campaign, "snippets": snippets(stored, current_request().base_url, source)})


@route(dashboard, "/admin/campaigns/{campaign}/preview-links", "POST", role=Role.ORGANIZER)
def make_preview_link(campaign: str) -> Response:
    """Makes a private link to a draft, good for a week."""
    token, good_until = wiring().preview_links.make(campaign)
    url = f"{current_request().base_url}/preview/{token}"
    body: body_types.PreviewLink = {"url": url, "expires_at": stamp(good_until)}
    return json_response(body, 201)


@route(dashboard, "/admin/campaigns/{campaign}/preview", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def preview_campaign(campaign: str) -> Response:
    """Shows the hosted page of an unsaved document, as if the campaign were open, with the signatures that it has."""
    from chalicelib.pages.dashboard import dashboard as pages
    from chalicelib.pages.rendering import sign_page

    request = current_request()
    body = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    draft = wiring().campaign_editor.preview(campaign, body)
    language = draft.language_or_default(request.query_param("lang") or "")
    count = wiring().campaign_reader.count_for(draft)
    page = sign_page(draft, language, base_url=request.base_url, count=count, now=wiring().now())
    html = pages.preview(page, accent=draft.accent, base_url=request.dashboard_url)
    return Response(html, {**page.headers, "Cache-Control": "no-store"}, 200)
