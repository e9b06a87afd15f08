"""API keys and the audit log, for admins: a secret is shown once, and every change says who made it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.domain.access.api_keys import ApiKey

keys = Blueprint(__name__)
DEFAULT_ENTRIES, MAX_ENTRIES = 100, 1000


def _shown(key: ApiKey) -> dict[str, Any]:
    times = {"created_at": key.created_at, "expires_at": key.valid_until, "revoked_at": key.revoked_at}
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "campaigns": list(key.campaigns),
        "sponsor": key.sponsor or None,
        **{name: moment.isoformat() if moment else None for name, moment in times.items()},
        "last_used": key.last_used or None,
    }


@route(keys, "/admin/keys", "GET", role=Role.ADMIN)
def list_keys() -> Response:
    """Every key, without its secret."""
    return json_response({"keys": [_shown(key) for key in wiring().keyring.list()]})


@route(keys, "/admin/keys", "POST", role=Role.ADMIN, types=[bodies.JSON])
def create_key() -> Response:
    """Makes a key; the answer holds its secret, this once."""
    from chalicelib.domain.access.api_key_requests import read  # pydantic: only making a key pays for it

    wanted = read(bodies.read_json(current_request().body), wiring().now())
    key, secret = wiring().keyring.create(
        wanted.name,
        wanted.role,
        wanted.campaigns,
        sponsor=wanted.sponsor or "",
        valid_until=wanted.expires_at,
        by=current_key(Role.ADMIN).id,
    )
    return json_response({**_shown(key), "secret": secret}, 201)


@route(keys, "/admin/keys/{key}", "DELETE", role=Role.ADMIN)
def revoke_key(key: str) -> Response:
    """Ends a key: at once here, within a minute everywhere."""
    wiring().keyring.revoke(key, by=current_key(Role.ADMIN).id)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(keys, "/admin/audit", "GET", role=Role.ADMIN)
def audit() -> Response:
    """Who (the id of a key) did what, and when; newest first, `?limit=` up to 1,000."""
    limit = current_request().query_param("limit") or str(DEFAULT_ENTRIES)
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:6]) <= MAX_ENTRIES):
        raise InvalidFields((FieldError("limit", "bad_value", f"a number from 1 to {MAX_ENTRIES}"),))
    entries = islice(wiring().audit.newest(), int(limit))
    return json_response({"entries": [{"at": one.at, "key": one.key, "act": one.act, **one.facts} for one in entries]})
