"""API keys and the audit log, for admins: a secret is shown once, and every change records who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.admin.descriptions import api_keys as body_types
    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.storage.access.audit_log import AuditEntry

keys = Blueprint(__name__)
DEFAULT_ENTRIES, MAX_ENTRIES = 100, 1000


def _key(key: ApiKey) -> body_types.Key:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "campaigns": list(key.campaigns),
        "sponsor": key.sponsor or None,
        "created_at": _iso(key.created_at),
        "expires_at": _iso(key.valid_until),
        "revoked_at": _iso(key.revoked_at),
        "last_used": key.last_used or None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@route(keys, "/admin/keys", "GET", role=Role.ADMIN)
def list_keys() -> Response:
    """Lists every key, without its secret."""
    body: body_types.Keys = {"keys": [_key(key) for key in wiring().keyring.list()]}
    return json_response(body)


@route(keys, "/admin/keys", "POST", role=Role.ADMIN, types=[bodies.JSON])
def create_key() -> Response:
    """Creates a key; only this response contains its secret."""
    from chalicelib.domain.access.api_key_requests import parse  # loads pydantic, so only when it is needed

    key_request = parse(bodies.read_json(current_request().body), wiring().now())
    key, secret = wiring().keyring.create(
        key_request.name,
        key_request.role,
        key_request.campaigns,
        sponsor=key_request.sponsor or "",
        valid_until=key_request.expires_at,
        by=current_key(Role.ADMIN).id,
    )
    created: body_types.CreatedKey = {**_key(key), "secret": secret}
    return json_response(created, 201)


@route(keys, "/admin/keys/{key}", "DELETE", role=Role.ADMIN)
def revoke_key(key: str) -> Response:
    """Revokes a key, within a minute everywhere."""
    wiring().keyring.revoke(key, by=current_key(Role.ADMIN).id)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(keys, "/admin/audit", "GET", role=Role.ADMIN)
def list_audit_entries() -> Response:
    """Lists who (by key id) did what and when, newest first; `?limit=` up to 1,000, `?kind=` and `?cursor=`."""
    request = current_request()
    page = wiring().audit_search.page(
        limit=request.limit(default=DEFAULT_ENTRIES, most=MAX_ENTRIES),
        kind=request.query_param("kind") or "",
        cursor=request.query_param("cursor") or "",
    )
    body: body_types.Audit = {"entries": [_entry(entry) for entry in page.entries], "cursor": page.cursor or None}
    return json_response(body)


def _entry(entry: AuditEntry) -> body_types.AuditEntry:
    body: body_types.AuditEntry = {"at": entry.position.at, "key": entry.key, "act": entry.act}
    return cast("body_types.AuditEntry", {**body, **entry.facts})
