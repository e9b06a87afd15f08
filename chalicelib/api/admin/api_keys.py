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
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.api.admin.descriptions import api_keys as body_types
    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.storage.access.audit_log import AuditEntry

keys = Blueprint(__name__)
DEFAULT_ENTRIES, MAX_ENTRIES = 100, 1000


def _key(key: ApiKey, names: Mapping[str, str]) -> body_types.Key:
    created_by = {"id": key.created_by, "name": names.get(key.created_by)} if key.created_by else None
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "campaigns": list(key.campaigns),
        "sponsor": key.sponsor or None,
        "created_at": _iso(key.created_at),
        "created_by": cast("body_types.Actor | None", created_by),
        "expires_at": _iso(key.valid_until),
        "revoked_at": _iso(key.revoked_at),
        "last_used": key.last_used or None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@route(keys, "/admin/keys", "GET", role=Role.ADMIN)
def list_keys() -> Response:
    """Lists every key, without its secret."""
    found = wiring().keyring.list()
    names = wiring().actors.names(key.created_by for key in found if key.created_by)
    body: body_types.Keys = {"keys": [_key(key, names) for key in found]}
    return json_response(body)


@route(keys, "/admin/keys", "POST", role=Role.ADMIN, types=[bodies.JSON])
def create_key() -> Response:
    """Creates a key; only this response contains its secret."""
    from chalicelib.domain.access.api_key_requests import parse  # loads pydantic, so only when it is needed

    key_request = parse(bodies.read_json(current_request().body), wiring().now())
    caller = current_key(Role.ADMIN)
    key, secret = wiring().keyring.create(
        key_request.name,
        key_request.role,
        key_request.campaigns,
        sponsor=key_request.sponsor or "",
        valid_until=key_request.expires_at,
        by=caller.id,
    )
    created: body_types.CreatedKey = {**_key(key, {caller.id: caller.name}), "secret": secret}
    return json_response(created, 201)


@route(keys, "/admin/keys/{key}", "DELETE", role=Role.ADMIN)
def revoke_key(key: str) -> Response:
    """Revokes a key, within a minute everywhere."""
    wiring().keyring.revoke(key, by=current_key(Role.ADMIN).id)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(keys, "/admin/audit", "GET", role=Role.ADMIN)
def list_audit_entries() -> Response:
    """Lists who did what and when, newest first.

    `?limit=` up to 1,000, `?kind=`, `?person=`, `?campaign=`, `?day=` and `?cursor=`.
    """
    from chalicelib.services.access.audit_search import AuditFilter

    request = current_request()
    wanted = {name: request.query_param(name) or "" for name in ("kind", "person", "campaign", "day")}
    page = wiring().audit_search.page(
        AuditFilter(**wanted),
        limit=request.limit(default=DEFAULT_ENTRIES, most=MAX_ENTRIES),
        cursor=request.query_param("cursor") or "",
    )
    entries = [_entry(entry, page.names) for entry in page.entries]
    body: body_types.Audit = {"entries": entries, "cursor": page.cursor or None}
    return json_response(body)


def _entry(entry: AuditEntry, names: Mapping[str, str]) -> body_types.AuditEntry:
    from chalicelib.services.access.audit_search import subject

    body: body_types.AuditEntry = {
        "at": entry.position.at,
        "key": entry.key,
        "by": names.get(entry.key),
        "act": entry.act,
        "about": names.get(subject(entry.facts)),
    }
    return cast("body_types.AuditEntry", {**entry.facts, **body})
