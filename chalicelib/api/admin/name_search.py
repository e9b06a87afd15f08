"""Signatures by name, for organisers; the name is sent in a body, never in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_json import signature_json
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import name_search as body_types

named = Blueprint(__name__)
MAX_LIMIT = 200


@route(
    named,
    "/admin/campaigns/{campaign}/signatures/search",
    "POST",
    role=Role.ORGANIZER,
    types=[bodies.JSON],
    sponsored=True,
)
def search_signatures(campaign: str) -> Response:
    """Searches by name, newest first, 500 signatures a call; `cursor` says where to continue."""
    from chalicelib.domain.signatures import name_search
    from chalicelib.domain.signatures.signature_filters import SignatureFilters

    key = current_key(Role.ORGANIZER, campaign)
    name, cursor = name_search.parse(bodies.read_json(current_request().body))
    filters = SignatureFilters(name=name, sponsor=key.sponsor)
    page = wiring().signature_search.page(campaign, filters, limit=MAX_LIMIT, cursor=cursor)
    body: body_types.NamedSignatures = {
        "signatures": [signature_json(one, key.sponsor) for one in page.signatures],
        "examined": page.examined,
        "cursor": page.cursor,
    }
    return json_response(body)
