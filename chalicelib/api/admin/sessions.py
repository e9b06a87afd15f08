"""Signing in and out. No answer, and no time that one takes, tells whether an address is a member's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib import log
from chalicelib.api.admin.members import member_json
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import sessions as body_types
    from chalicelib.domain.access.sessions import Session

sessions = Blueprint(__name__)
CURRENT = "current"


@route(sessions, "/admin/sign-in", "POST", types=[bodies.JSON])
def request_sign_in() -> Response:
    """Sends a member a link and a code to sign in with; answers the same for every address."""
    from chalicelib.domain.access.member_requests import parse_sign_in  # loads pydantic, so only when it is needed
    from chalicelib.domain.access.sign_in import GOOD_FOR

    request = current_request()
    email = parse_sign_in(bodies.read_json(request.body))
    wiring().sign_in_requests.take(email, client_ip=request.client_ip, request=log.request_id.get())
    body: body_types.SignInRequested = {"good_for_minutes": int(GOOD_FOR.total_seconds() // 60)}
    return json_response(body, 202)


@route(sessions, "/admin/sessions", "POST", types=[bodies.JSON])
def begin_session() -> Response:
    """Begins a session by the token of a link, or by an address and a code; only this response contains its secret."""
    from chalicelib.domain.access.member_requests import parse_session

    request, control = current_request(), wiring().session_control
    asked = parse_session(bodies.read_json(request.body))
    client_ip, device = request.client_ip, request.device
    if asked.token:
        new = control.begin_by_token(asked.token, client_ip=client_ip, device=device)
    else:
        new = control.begin_by_code(asked.email, asked.code, client_ip=client_ip, device=device)
    body: body_types.NewSession = {
        "secret": new.secret,
        "expires_at": new.session.valid_until.isoformat(),
        "member": member_json(new.member),
    }
    return json_response(body, 201)


@route(sessions, "/admin/sessions", "GET", role=Role.READER)
def list_sessions() -> Response:
    """Lists the sessions of whoever asks, newest first."""
    key = current_key(Role.READER)
    found = wiring().session_control.list_for(key)
    body: body_types.Sessions = {"sessions": [_session(one, current=key.session) for one in found]}
    return json_response(body)


@route(sessions, "/admin/sessions", "DELETE", role=Role.READER)
def end_all_sessions() -> Response:
    """Ends every session of whoever asks, this one too: signs out everywhere."""
    wiring().session_control.end_all(current_key(Role.READER))
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(sessions, "/admin/sessions/{session}", "DELETE", role=Role.READER)
def end_session(session: str) -> Response:
    """Ends one session of whoever asks; `current` is the one that asks: signs out."""
    key = current_key(Role.READER)
    wiring().session_control.end(key.session if session == CURRENT else session, key)
    return Response("", {"Cache-Control": "no-store"}, 204)


def _session(session: Session, *, current: str) -> body_types.Session:
    return {
        "id": session.id,
        "browser": session.browser or None,
        "system": session.system or None,
        "created_at": session.created_at.isoformat(),
        "used_at": session.used_at.isoformat(),
        "expires_at": session.valid_until.isoformat(),
        "is_current": session.id == current,
    }
