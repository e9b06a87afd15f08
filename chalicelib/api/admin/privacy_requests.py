"""What people may ask an organisation for by law: the end of their data, or a copy of it. Addresses come in bodies."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

requests = Blueprint(__name__)


@route(requests, "/admin/erasures", "POST", role=Role.ADMIN, types=[bodies.JSON])
def erase() -> Response:
    """Erases one address everywhere; the answer is a report without it."""
    return json_response(
        wiring().privacy_requests.erase(bodies.email_in(current_request().body), current_key(Role.ADMIN))
    )


@route(requests, "/admin/access", "POST", role=Role.ADMIN, types=[bodies.JSON])
def access() -> Response:
    """Everything that is held about one address."""
    return json_response(
        wiring().privacy_requests.access(bodies.email_in(current_request().body), current_key(Role.ADMIN))
    )
