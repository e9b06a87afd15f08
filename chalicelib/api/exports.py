"""Exports for organisers: asked for here, written elsewhere, fetched by a signed link."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api import bodies
from chalicelib.api.answers import json_answer
from chalicelib.api.edge import key_at_hand, route
from chalicelib.api.incoming import incoming
from chalicelib.domain.keys import Role
from chalicelib.wiring import wiring

exports = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/exports"
ONE = "/admin/campaigns/{campaign}/exports/{id}"


@route(exports, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def request_export(campaign: str) -> Response:
    """Asks for a file; while the same one is being written, that is the answer."""
    key, body = key_at_hand(Role.ORGANIZER, campaign), bodies.read_json(incoming().body)
    exporting = wiring().exporting
    export = exporting.request(campaign, body, key)
    place = f"{incoming().base_url}/admin/campaigns/{campaign}/exports/{export.id}"
    return json_answer(exporting.as_told(export), 202, location=place)


@route(exports, ALL, "GET", role=Role.ORGANIZER, sponsored=True)
def list_exports(campaign: str) -> Response:
    """Exports of the last 30 days, newest first."""
    exporting = wiring().exporting
    listed = exporting.listed(campaign, key_at_hand(Role.ORGANIZER, campaign))
    return json_answer({"exports": [exporting.as_told(one) for one in listed]})


@route(exports, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_export(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """How far an export is, and where its file can be fetched for the next 15 minutes."""
    exporting = wiring().exporting
    return json_answer(exporting.as_told(exporting.get(campaign, id, key_at_hand(Role.ORGANIZER, campaign))))


@route(exports, ONE, "DELETE", role=Role.ORGANIZER, sponsored=True)
def remove_export(campaign: str, id: str) -> Response:  # noqa: A002
    """Removes the file, or stops the writing."""
    wiring().exporting.remove(campaign, id, key_at_hand(Role.ORGANIZER, campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)
