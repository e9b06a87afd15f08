"""Exports for organisers: asked for here, written elsewhere, fetched by a signed link."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.admin.descriptions import exports as answers
    from chalicelib.domain.exports.export_rows import ExportRequest
    from chalicelib.storage.exports.exports import Export

exports = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/exports"
ONE = "/admin/campaigns/{campaign}/exports/{id}"


@route(exports, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def request_export(campaign: str) -> Response:
    """Asks for a file; while the same one is being written, that is the answer."""
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(current_request().body)
    export = wiring().export_requests.request(campaign, body, key)
    place = f"{current_request().base_url}/admin/campaigns/{campaign}/exports/{export.id}"
    return json_response(_export(export), 202, location=place)


def _export(export: Export) -> answers.Export:
    status = wiring().export_requests.status(export)
    request, position, links = export.request, export.position, status.links
    return {
        "id": export.id,
        "campaign": export.campaign,
        "state": status.state,
        "format": request.format,
        "filters": _filters(request),
        "rows": position.rows,
        "total": export.total,
        "progress": status.progress,
        "bytes": position.length if status.is_done else None,
        "created_at": stamp(export.created_at),
        "finished_at": _stamp(export.finished_at),
        "expires_at": _stamp(status.file_until),
        "cursor": _stamp(status.cursor),
        "url": links.url if links else None,
        "browser_url": links.browser_url if links else None,
    }


def _filters(request: ExportRequest) -> answers.ExportFilters:
    return {
        "state": cast("answers.ExportedState", request.state) if request.state else None,
        "since": request.since or None,
        "sponsor": request.sponsor or None,
        "delivery": request.delivery or None,
        "bom": request.bom or None,
    }


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


@route(exports, ALL, "GET", role=Role.ORGANIZER, sponsored=True)
def list_exports(campaign: str) -> Response:
    """Exports of the last 30 days, newest first."""
    listed = wiring().export_requests.list_for(campaign, current_key(Role.ORGANIZER, campaign))
    found: answers.Exports = {"exports": [_export(one) for one in listed]}
    return json_response(found)


@route(exports, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_export(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """How far an export is, and where its file can be fetched for the next 15 minutes."""
    return json_response(_export(wiring().export_requests.get(campaign, id, current_key(Role.ORGANIZER, campaign))))


@route(exports, ONE, "DELETE", role=Role.ORGANIZER, sponsored=True)
def delete_export(campaign: str, id: str) -> Response:  # noqa: A002
    """Removes the file, or stops the writing."""
    wiring().export_requests.delete(campaign, id, current_key(Role.ORGANIZER, campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)
