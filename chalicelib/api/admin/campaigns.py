"""What organisers call with a key: campaigns and counts, at a cost that does not grow with the signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.campaign import is_campaign_id
from chalicelib.domain.errors import FieldError, InvalidFields, VersionMismatch
from chalicelib.services.campaigns.campaign_editor import as_document
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.storage.campaigns.campaigns import StoredCampaign

admin = Blueprint(__name__)
VERSION = re.compile(r"[0-9]{1,9}")  # int() takes thousands of digits, or fails
MERGE_PATCH = "application/merge-patch+json"


@route(admin, "/admin/campaigns", "GET", role=Role.READER)
def campaigns() -> Response:
    """The campaigns that the key reaches; archived ones only with `?archived=true`."""
    archived = current_request().query_param("archived")
    if archived not in {None, "true", "false"}:
        raise InvalidFields((FieldError("archived", "not_an_option"),))
    listed = wiring().campaign_reader.list_for(current_key(Role.READER), archived=archived == "true")
    return json_response({"campaigns": [one.as_told() for one in listed]})


@route(admin, "/admin/campaigns/{campaign}", "GET", role=Role.READER)
def campaign(campaign: str) -> Response:
    """One campaign, whole."""
    stored = wiring().campaign_reader.get_stored(campaign)
    return json_response(as_document(stored), etag=f'"{stored.campaign.version}"')


@route(admin, "/admin/campaigns/{campaign}", "PUT", role=Role.ORGANIZER, types=[bodies.JSON])
def put_campaign(campaign: str) -> Response:
    """Creates (a key for every campaign) or replaces (`If-Match` with the version)."""
    if not is_campaign_id(campaign):
        raise InvalidFields((FieldError("campaign", "bad_value", "an id is 1 to 64 of a-z, 0-9 and hyphens"),))
    request = current_request()
    body = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.put(
        campaign, body, version=_version(request.header("if-match")), key=current_key(Role.ORGANIZER)
    )
    return _saved(stored, 201 if stored.campaign.version == 1 else 200)


def _saved(stored: StoredCampaign, status: int = 200) -> Response:
    return json_response(as_document(stored), status, etag=f'"{stored.campaign.version}"')


@route(admin, "/admin/campaigns/{campaign}", "PATCH", role=Role.ORGANIZER, types=[bodies.JSON, MERGE_PATCH])
def patch_campaign(campaign: str) -> Response:
    """Changes some of a campaign by a JSON merge patch (`If-Match` with the version)."""
    request = current_request()
    changes = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.patch(
        campaign, changes, version=_version(request.header("if-match")), key=current_key(Role.ORGANIZER)
    )
    return _saved(stored)


@route(admin, "/admin/campaigns/{campaign}", "DELETE", role=Role.ADMIN)
def delete_campaign(campaign: str) -> Response:
    """Removes a campaign that nobody signed."""
    wiring().campaign_editor.delete(campaign, key=current_key(Role.ADMIN))
    return Response("", {"Cache-Control": "no-store"}, 204)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not VERSION.fullmatch(text):
        raise VersionMismatch
    return int(text)
