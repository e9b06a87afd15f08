"""Exports for organisers: requested here, written in the background, fetched by a signed link."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.i18n.languages import ORGANISERS_LANGUAGES, choose_language
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.admin.descriptions import exports as body_types
    from chalicelib.storage.exports.export_items import Export

exports = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/exports"
ONE = "/admin/campaigns/{campaign}/exports/{id}"


@route(exports, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def request_export(campaign: str) -> Response:
    """Requests an export; returns the one under way if it is the same."""
    request = current_request()
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(request.body)
    language = choose_language(
        request.query_param("lang"), request.header("accept-language"), ORGANISERS_LANGUAGES, "en"
    )
    export = wiring().export_requests.request(campaign, body, key, language)
    location = f"{request.base_url}/admin/campaigns/{campaign}/exports/{export.id}"
    return json_response(_export(export), 202, location=location)


def _export(export: Export) -> body_types.Export:
    status = wiring().export_requests.status(export)
    position, links = export.position, status.links
    return {
        "id": export.id,
        "campaign": export.campaign,
        "state": status.state,
        "format": export.format,
        "filters": _filters(export),
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


def _filters(export: Export) -> body_types.ExportFilters:
    request = export.request
    return {
        "state": cast("body_types.ExportedState", request.state) if request.state else None,
        "since": request.since or None,
        "sponsor": request.sponsor or None,
        "delivery": request.delivery or None,
        "bom": request.bom if export.format == "csv" else None,
        "separator": request.separator if export.format == "csv" else None,
    }


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


@route(exports, ALL, "GET", role=Role.ORGANIZER, sponsored=True)
def list_exports(campaign: str) -> Response:
    """Lists the exports of the last 30 days, newest first."""
    exports_ = wiring().export_requests.list_for(campaign, current_key(Role.ORGANIZER, campaign))
    body: body_types.Exports = {"exports": [_export(export) for export in exports_]}
    return json_response(body)


@route(exports, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_export(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Returns how far an export has come, and where its file can be fetched for the next 15 minutes."""
    return json_response(_export(wiring().export_requests.get(campaign, id, current_key(Role.ORGANIZER, campaign))))


@route(exports, ONE, "DELETE", role=Role.ORGANIZER, sponsored=True)
def delete_export(campaign: str, id: str) -> Response:  # noqa: A002
    """Deletes the file, or stops it being written."""
    wiring().export_requests.delete(campaign, id, current_key(Role.ORGANIZER, campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)
