"""Members, for admins: who they are and what they may do. A member signs in by email; see `sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib import log
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import members as body_types
    from chalicelib.domain.access.members import Member
    from chalicelib.services.access.memberships import Inviter

members = Blueprint(__name__)


def member_json(member: Member) -> body_types.Member:
    """A member as JSON types."""
    return {
        "id": member.id,
        "email": member.email,
        "name": member.name,
        "role": member.access.role,
        "campaigns": list(member.access.campaigns),
        "sponsor": member.access.sponsor or None,
        "language": member.language,
        "created_at": member.created_at.isoformat(),
        "invited_by": member.invited_by or None,
        "signed_in_at": member.signed_in_at.isoformat() if member.signed_in_at else None,
    }


@route(members, "/admin/members", "GET", role=Role.ADMIN)
def list_members() -> Response:
    """Lists every member."""
    body: body_types.Members = {"members": [member_json(one) for one in wiring().memberships.list()]}
    return json_response(body)


@route(members, "/admin/members", "POST", role=Role.ADMIN, types=[bodies.JSON])
def invite_member() -> Response:
    """Adds a member and sends an invitation by email."""
    from chalicelib.domain.access.member_requests import parse  # loads pydantic, so only when it is needed

    request = parse(bodies.read_json(current_request().body))
    return json_response(
        member_json(wiring().memberships.invite(request, by=_caller(), http_request=log.request_id.get())), 201
    )


@route(members, "/admin/members/{member}", "PATCH", role=Role.ADMIN, types=[bodies.JSON])
def change_member(member: str) -> Response:
    """Changes a member; whoever may do less afterwards is signed out everywhere, at once."""
    from chalicelib.domain.access.member_requests import parse_changes

    memberships = wiring().memberships
    current = memberships.get(member)
    request = parse_changes(bodies.read_json(current_request().body), current)
    changed = memberships.change(current, request, by=_caller(), http_request=log.request_id.get())
    return json_response(member_json(changed))


@route(members, "/admin/members/{member}", "DELETE", role=Role.ADMIN)
def remove_member(member: str) -> Response:
    """Removes a member, whose sessions end at once."""
    wiring().memberships.remove(member, by=_caller().id)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(members, "/admin/members/{member}/sessions", "DELETE", role=Role.ADMIN)
def sign_member_out(member: str) -> Response:
    """Ends every session of a member, at once: for a device that was lost."""
    wiring().memberships.sign_out(member, by=_caller().id)
    return Response("", {"Cache-Control": "no-store"}, 204)


def _caller() -> Inviter:
    from chalicelib.services.access.memberships import Inviter

    key = current_key(Role.ADMIN)
    return Inviter(key.id, key.name)
