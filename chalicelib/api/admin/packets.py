"""Packets to hand over: requested here, made in the background, fetched by a signed link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import packets as body_types
    from chalicelib.storage.exports.export_items import Export

packets = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/packets"
ONE = "/admin/campaigns/{campaign}/packets/{id}"


@route(packets, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def request_packet(campaign: str) -> Response:
    """Requests a packet; returns the one under way if it is the same."""
    request = current_request()
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(request.body)
    packet = wiring().packet_requests.request(campaign, body, key)
    location = f"{request.base_url}/admin/campaigns/{campaign}/packets/{packet.id}"
    return json_response(_packet(packet), 202, location=location)


def _packet(export: Export) -> body_types.Packet:
    status, options = wiring().packet_requests.status(export), export.request.packet
    assert options is not None  # noqa: S101 - it is a packet
    return {
        "id": export.id,
        "campaign": export.campaign,
        "state": status.state,
        "language": options.language,
        "target": options.target,
        "group_by": options.group_by,
        "paper": options.paper,
        "names": options.names,
        "comments": options.comments,
        "progress": status.progress,
        "pages": status.pages,
        "signatures": status.signatures,
        "bytes": export.position.length if status.url else None,
        "created_at": stamp(export.created_at),
        "finished_at": stamp(export.finished_at) if export.finished_at else None,
        "expires_at": stamp(status.file_until) if status.file_until else None,
        "url": status.url,
    }


@route(packets, ALL, "GET", role=Role.ORGANIZER)
def list_packets(campaign: str) -> Response:
    """Lists the packets of the last 30 days, newest first."""
    current_key(Role.ORGANIZER, campaign)
    body: body_types.Packets = {"packets": [_packet(one) for one in wiring().packet_requests.list_for(campaign)]}
    return json_response(body)


@route(packets, ONE, "GET", role=Role.ORGANIZER)
def get_packet(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Returns how far a packet has come, and where it can be fetched for the next 15 minutes."""
    current_key(Role.ORGANIZER, campaign)
    return json_response(_packet(wiring().packet_requests.get(campaign, id)))


@route(packets, ONE, "DELETE", role=Role.ORGANIZER)
def delete_packet(campaign: str, id: str) -> Response:  # noqa: A002
    """Deletes the file, or stops it being made."""
    wiring().packet_requests.delete(campaign, id, current_key(Role.ORGANIZER, campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)
