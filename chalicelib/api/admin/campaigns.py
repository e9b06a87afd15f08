"""Campaigns for organisers: list, read, create, change, delete; the cost does not grow with the signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.campaign import CampaignKind, CampaignState, is_campaign_id
from chalicelib.domain.errors import InvalidFields, VersionMismatch
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import campaigns as body_types
    from chalicelib.services.campaigns.campaign_overview import CampaignOverview
    from chalicelib.storage.campaigns.campaigns import StoredCampaign

admin = Blueprint(__name__)
VERSION = re.compile(r"[0-9]{1,9}")  # bounded: int() would take thousands of digits
MERGE_PATCH = "application/merge-patch+json"


@route(admin, "/admin/campaigns", "GET", role=Role.READER)
def list_campaigns() -> Response:
    """Lists the campaigns that the key reaches; archived ones only with `?archived=true`."""
    archived = current_request().query_param("archived")
    if archived not in {None, "true", "false"}:
        raise InvalidFields.one("archived", "not_an_option")
    overviews = wiring().campaign_reader.list_for(current_key(Role.READER), archived=archived == "true")
    body: body_types.CampaignLines = {"campaigns": [_line(overview) for overview in overviews]}
    return json_response(body)


def _line(overview: CampaignOverview) -> body_types.CampaignLine:
    summary, tally = overview.summary, overview.tally
    return {
        "id": summary.id,
        "title": summary.title,
        "titles": dict(summary.titles),
        "kind": CampaignKind(summary.kind),
        "state": CampaignState(summary.state),
        "goal": summary.goal,
        "version": summary.version,
        "archived": summary.archived,
        "mail_paused": summary.mail_paused,
        "time_zone": summary.time_zone,
        "opens_at": summary.opens_at,
        "closes_at": summary.closes_at,
        "is_open": overview.is_open,
        "count": overview.public_count,
        "confirmed": tally.confirmed,
        "pending": tally.count("state:pending"),
        "external": tally.count("state:external"),
        "held": overview.held,
        "bounced": tally.count("funnel:bounced"),
        "today": overview.confirmed_today,
        "yesterday": overview.confirmed_yesterday,
    }


@route(admin, "/admin/campaigns/{campaign}", "GET", role=Role.READER)
def get_campaign(campaign: str) -> Response:
    """Returns a campaign's whole document."""
    stored = wiring().campaign_reader.get_stored(campaign)
    return _document(stored)


def _document(stored: StoredCampaign, status: int = 200) -> Response:
    names_until = stored.campaign.names_until
    body: dict[str, Any] = {
        "id": stored.campaign.id,
        "version": stored.campaign.version,
        "names_until": stamp(names_until) if names_until else None,
        **stored.written,
    }
    return json_response(body, status, etag=f'"{stored.campaign.version}"')


@route(admin, "/admin/campaigns/{campaign}", "PUT", role=Role.ORGANIZER, types=[bodies.JSON])
def put_campaign(campaign: str) -> Response:
    """Creates a campaign (with a key for every campaign), or replaces it (`If-Match` with the version)."""
    if not is_campaign_id(campaign):
        raise InvalidFields.one("campaign", "bad_value", "an id is 1 to 64 of a-z, 0-9 and hyphens")
    request = current_request()
    body = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.put(
        campaign, body, version=_version(request.header("if-match")), key=current_key(Role.ORGANIZER)
    )
    return _document(stored, 201 if stored.campaign.version == 1 else 200)


@route(admin, "/admin/campaigns/{campaign}", "PATCH", role=Role.ORGANIZER, types=[bodies.JSON, MERGE_PATCH])
def patch_campaign(campaign: str) -> Response:
    """Changes part of a campaign by a JSON merge patch (`If-Match` with the version)."""
    request = current_request()
    changes = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.patch(
        campaign, changes, version=_version(request.header("if-match")), key=current_key(Role.ORGANIZER)
    )
    return _document(stored)


@route(admin, "/admin/campaigns/{campaign}", "DELETE", role=Role.ADMIN)
def delete_campaign(campaign: str) -> Response:
    """Deletes a campaign that nobody has signed."""
    wiring().campaign_editor.delete(campaign, key=current_key(Role.ADMIN))
    return Response("", {"Cache-Control": "no-store"}, 204)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not VERSION.fullmatch(text):
        raise VersionMismatch
    return int(text)
