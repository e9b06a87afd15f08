"""Exports for organisers: asked for here, written elsewhere, fetched by a signed link."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

exports = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/exports"
ONE = "/admin/campaigns/{campaign}/exports/{id}"


@route(exports, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def request_export(campaign: str) -> Response:
    """Asks for a file; while the same one is being written, that is the answer."""
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(current_request().body)
    export_requests = wiring().export_requests
    export = export_requests.request(campaign, body, key)
    place = f"{current_request().base_url}/admin/campaigns/{campaign}/exports/{export.id}"
    return json_response(export_requests.as_told(export), 202, location=place)


@route(exports, ALL, "GET", role=Role.ORGANIZER, sponsored=True)
def list_exports(campaign: str) -> Response:
    """Exports of the last 30 days, newest first."""
    export_requests = wiring().export_requests
    listed = export_requests.listed(campaign, current_key(Role.ORGANIZER, campaign))
    return json_response({"exports": [export_requests.as_told(one) for one in listed]})


@route(exports, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_export(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """How far an export is, and where its file can be fetched for the next 15 minutes."""
    export_requests = wiring().export_requests
    return json_response(
        export_requests.as_told(export_requests.get(campaign, id, current_key(Role.ORGANIZER, campaign)))
    )


@route(exports, ONE, "DELETE", role=Role.ORGANIZER, sponsored=True)
def remove_export(campaign: str, id: str) -> Response:  # noqa: A002
    """Removes the file, or stops the writing."""
    wiring().export_requests.remove(campaign, id, current_key(Role.ORGANIZER, campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)
