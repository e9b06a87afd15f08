"""The organiser's dashboard: a page and its files for everybody, the data only by key; and what a draft would look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import key_at_hand, route
from chalicelib.api.http.request import incoming
from chalicelib.api.http.responses import json_answer
from chalicelib.api.public.hosted_pages import page_answer
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import NotFound
from chalicelib.i18n.languages import ORGANISERS_LANGUAGES, choose
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.http.problems import Headers

dashboard = Blueprint(__name__)
FOR_EVER = "public, max-age=31536000, immutable"


@route(dashboard, "/admin", "GET")
def page() -> Response:
    """The shell of the dashboard; it holds no data."""
    from chalicelib.pages.dashboard import dashboard as pages

    asked = incoming()
    language = choose(asked.query("lang"), asked.header("accept-language"), ORGANISERS_LANGUAGES, "en")
    return page_answer(pages.page(language, base_url=asked.base_url), cache="no-cache")


@route(dashboard, "/admin/assets/{version}/{name}", "GET")
def asset(version: str, name: str) -> Response:
    """A script or stylesheet of the dashboard, in this version."""
    from chalicelib.pages.dashboard import dashboard as pages

    found = pages.asset(version, name)
    if found is None:
        raise NotFound
    text, kind = found
    headers: Headers = {"Content-Type": kind, "Cache-Control": FOR_EVER}
    return Response(text, headers, 200)


@route(dashboard, "/admin/me", "GET", role=Role.READER)
def me() -> Response:
    """What the key at hand may do."""
    key = key_at_hand(Role.READER)
    return json_answer(
        {
            "id": key.id,
            "name": key.name,
            "role": key.role,
            "campaigns": list(key.campaigns),
            "sponsor": key.sponsor or None,
            "expires_at": key.valid_until.isoformat() if key.valid_until else None,
        }
    )


@route(dashboard, "/admin/campaigns/{campaign}/snippets", "GET", role=Role.READER)
def snippets(campaign: str) -> Response:
    """What to paste into a page, by language: the widget, a plain form, a frame, a link, a QR code."""
    from chalicelib.pages.widget.snippets import snippets

    stored = wiring().campaign_reader.stored(campaign).campaign
    return json_answer({"campaign": campaign, "snippets": snippets(stored, incoming().base_url)})


@route(dashboard, "/admin/campaigns/{campaign}/preview", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def preview(campaign: str) -> Response:
    """The hosted page of a document that is not saved, as if it were open."""
    from chalicelib.pages.rendering import sign_page, without_script

    asked = incoming()
    body = bodies.read_json(asked.body, most_bytes=bodies.MOST_BYTES_OF_A_CAMPAIGN)
    drafted = wiring().campaign_editor.drafted(campaign, body)
    language = drafted.language_or_default(asked.query("lang") or "")
    page = sign_page(drafted, language, base_url=asked.base_url, count=drafted.external_count, now=wiring().now())
    return Response(without_script(page), {**page.headers, "Cache-Control": "no-store"}, 200)
