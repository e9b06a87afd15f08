"""Campaigns for organisers: list, read, create, change, delete; the cost does not grow with the signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.api.admin.campaign_warnings import warnings_of
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.preconditions import if_match_names, if_none_match_names
from chalicelib.api.http.problems import with_messages
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response, not_modified_if_current
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.campaign import CampaignKind, CampaignState
from chalicelib.domain.errors import CampaignNotFound, FieldError, InvalidFields, VersionMismatch
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.api.admin.descriptions import campaigns as body_types
    from chalicelib.services.campaigns.campaign_overview import CampaignOverview
    from chalicelib.storage.campaigns.campaigns import StoredCampaign

admin = Blueprint(__name__)
MERGE_PATCH = "application/merge-patch+json"


@route(admin, "/admin/campaigns", "GET", role=Role.READER)
def list_campaigns() -> Response:
    """Lists the campaigns that the key reaches; archived ones only with `?archived=true`."""
    archived = current_request().query_param("archived")
    if archived not in {None, "true", "false"}:
        raise InvalidFields.one("archived", "not_an_option", options="true, false")
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
    """Returns a campaign's whole document; to a sponsor's key without what partners are called."""
    return not_modified_if_current(
        _document(
            wiring().campaign_reader.get_stored(campaign), for_sponsor=bool(current_key(Role.READER, campaign).sponsor)
        )
    )


def _saved(stored: StoredCampaign, status: int = 200) -> Response:
    """The document, with a warning if no email could leave from its sender as things are."""
    is_unverified = wiring().sender_identities.is_unverified(stored.campaign.sender.email)
    return _document(stored, status, [FieldError("sender.email", "sender_not_verified")] if is_unverified else [])


def _document(
    stored: StoredCampaign, status: int = 200, more: Sequence[FieldError] = (), *, for_sponsor: bool = False
) -> Response:
    names_until = stored.campaign.names_until
    body: dict[str, Any] = {
        "id": stored.campaign.id,
        "version": stored.campaign.version,
        "names_until": stamp(names_until) if names_until else None,
        **stored.written,
        "warnings": [
            {"field": one.field, "code": one.code, "message": one.message}
            for one in with_messages([*warnings_of(stored.written), *more], current_request().language)
        ],
    }
    if for_sponsor:
        body["source_names"] = {}
    return json_response(body, status, etag=_etag(stored.campaign.version))


@route(admin, "/admin/campaigns/{campaign}/refused-sites", "GET", role=Role.READER)
def list_refused_sites(campaign: str) -> Response:
    """Lists the sites whose forms were refused today or yesterday because the campaign does not allow them."""
    stored = wiring().campaign_reader.get_stored(campaign).campaign
    body: body_types.RefusedSites = {"campaign": campaign, "sites": wiring().site_refusals.recent(stored)}
    return json_response(body)


@route(admin, "/admin/campaigns/{campaign}", "PUT", role=Role.ORGANIZER, types=[bodies.JSON])
def put_campaign(campaign: str) -> Response:
    """Creates a campaign (with a key for every campaign), or replaces it (`If-Match` with the version).

    `If-None-Match: *` only creates.
    """
    request = current_request()
    body = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.put(
        campaign, body, version=_version_to_change(campaign), key=current_key(Role.ORGANIZER), check=_document
    )
    return _saved(stored, 201 if stored.campaign.version == 1 else 200)


@route(admin, "/admin/campaigns/{campaign}", "PATCH", role=Role.ORGANIZER, types=[bodies.JSON, MERGE_PATCH])
def patch_campaign(campaign: str) -> Response:
    """Changes part of a campaign by a JSON merge patch (`If-Match` with the version)."""
    request = current_request()
    changes = bodies.read_json(request.body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)
    stored = wiring().campaign_editor.patch(
        campaign, changes, version=_version_to_change(campaign), key=current_key(Role.ORGANIZER), check=_document
    )
    return _saved(stored)


@route(admin, "/admin/campaigns/{campaign}", "DELETE", role=Role.ADMIN)
def delete_campaign(campaign: str) -> Response:
    """Deletes a campaign that nobody has signed."""
    wiring().campaign_editor.delete(campaign, version=_version_to_change(campaign), key=current_key(Role.ADMIN))
    return Response("", {"Cache-Control": "no-store"}, 204)


def _version_to_change(campaign: str) -> int | None:
    """The version that the request's preconditions hold for, or None without If-Match. Raises VersionMismatch.

    The editor compares it again with what it changes.
    """
    request = current_request()
    if request.header("if-match") is None and request.header("if-none-match") is None:
        return None
    try:
        version = wiring().campaign_reader.get_stored(campaign).campaign.version
    except CampaignNotFound:
        if request.raw.method != "PUT":
            raise
        version = None
    tag = None if version is None else _etag(version)
    is_named = if_match_names(tag)
    if is_named is False or if_none_match_names(tag):
        raise VersionMismatch
    return version if is_named else None


def _etag(version: int) -> str:
    return f'"{version}"'
