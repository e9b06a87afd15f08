"""Sheets to sign on paper, as a PDF to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import printed_sheets as body_types

printed_sheets = Blueprint(__name__)


@route(printed_sheets, "/admin/campaigns/{campaign}/sheet.pdf", "GET", role=Role.READER)
def get_printed_sheet(campaign: str) -> Response:
    """Leads to a sheet to sign on paper, or names its address to programs that want JSON."""
    request = current_request()
    current_key(Role.READER, campaign)
    query = {name: request.query_param(name) for name in ("lang", "paper", "rows")}
    url = wiring().printed_sheets.link(campaign, query, request.base_url)
    if request.wants_json:
        body: body_types.PrintedSheetLink = {"url": url}
        return json_response(body, vary="Accept")
    return Response("", {"Location": url, "Cache-Control": "no-store", "Vary": "Accept"}, 303)
