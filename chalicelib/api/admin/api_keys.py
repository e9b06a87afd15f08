"""API keys and the audit log, for admins: a secret is shown once, and every change says who made it."""

from __future__ import annotations

from itertools import islice
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

    from chalicelib.api.admin.descriptions import api_keys as answers
    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.storage.access.audit_log import AuditEntry

keys = Blueprint(__name__)
DEFAULT_ENTRIES, MAX_ENTRIES = 100, 1000


def _key(key: ApiKey) -> answers.Key:
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
    """Every key, without its secret."""
    found: answers.Keys = {"keys": [_key(key) for key in wiring().keyring.list()]}
    return json_response(found)


@route(keys, "/admin/keys", "POST", role=Role.ADMIN, types=[bodies.JSON])
def create_key() -> Response:
    """Makes a key; the answer holds its secret, this once."""
    from chalicelib.domain.access.api_key_requests import parse  # pydantic: only making a key pays for it

    wanted = parse(bodies.read_json(current_request().body), wiring().now())
    key, secret = wiring().keyring.create(
        wanted.name,
        wanted.role,
        wanted.campaigns,
        sponsor=wanted.sponsor or "",
        valid_until=wanted.expires_at,
        by=current_key(Role.ADMIN).id,
    )
    created: answers.CreatedKey = {**_key(key), "secret": secret}
    return json_response(created, 201)


@route(keys, "/admin/keys/{key}", "DELETE", role=Role.ADMIN)
def revoke_key(key: str) -> Response:
    """Ends a key: at once here, within a minute everywhere."""
    wiring().keyring.revoke(key, by=current_key(Role.ADMIN).id)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(keys, "/admin/audit", "GET", role=Role.ADMIN)
def list_audit_entries() -> Response:
    """Who (the id of a key) did what, and when; newest first, `?limit=` up to 1,000."""
    limit = current_request().limit(default=DEFAULT_ENTRIES, most=MAX_ENTRIES)
    entries = islice(wiring().audit.newest(), limit)
    found: answers.Audit = {"entries": [_entry(entry) for entry in entries]}
    return json_response(found)


def _entry(entry: AuditEntry) -> answers.AuditEntry:
    about: answers.AuditEntry = {"at": entry.at, "key": entry.key, "act": entry.act}
    return cast("answers.AuditEntry", {**about, **entry.facts})
