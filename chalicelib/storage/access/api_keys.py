"""Stores API keys: a name, a role and a hash, never a secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.api_keys import ApiKey, Role
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, is_there, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table


class ApiKeys:
    """The keys in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: ApiKey, *, by: str) -> None:
        """Writes a new key, and an audit entry that the key `by` created it."""
        facts: dict[str, Any] = {"id": key.id, "role": str(key.role), "campaigns": list(key.campaigns)}
        facts |= {"sponsor": key.sponsor} if key.sponsor else {}
        audit = audit_item("key created", by, now=key.created_at, **facts)
        self._table.put_in_transaction(_item(key), audit, condition=not_there_yet)

    def revoke(self, key: ApiKey, *, by: str, now: datetime) -> None:
        """Revokes a key for good, with an audit entry that the key `by` did."""
        audit = audit_item("key revoked", by, now=now, id=key.id)
        self._table.put_in_transaction(_item(replace(key, revoked_at=now)), audit, condition=is_there)

    def narrow(self, key: ApiKey, campaigns: tuple[str, ...], *, by: str, now: datetime) -> None:
        """Limits a key to `campaigns`, with an audit entry that the key `by` did."""
        audit = audit_item("key narrowed", by, now=now, id=key.id, campaigns=list(campaigns))
        self._table.put_in_transaction(_item(replace(key, campaigns=campaigns)), audit, condition=is_there)

    def record_use(self, key: ApiKey, *, today: str) -> None:
        """Records the day on which a key was last used."""
        try:
            self._table.update(
                *item_keys.api_key_key(key.id), "SET #last_used = :today", condition=is_there, values={":today": today}
            )
        except ConditionFailed:
            return

    def list(self) -> Iterator[ApiKey]:
        """Every key, oldest first: one call for their ids, and one per hundred keys."""
        ids = [(item["pk"], item["sk"]) for item in self._table.query_index("by_type", "type", item_keys.API_KEY)]
        yield from sorted(map(_read, self._table.get_many(ids)), key=lambda key: (key.created_at, key.id))

    def find(self, key: str) -> ApiKey | None:
        """One key by a strongly consistent read, or None."""
        item = self._table.get(*item_keys.api_key_key(key))
        return _read(item) if item and item["type"] == item_keys.API_KEY else None  # sessions are beside them


def _item(key: ApiKey) -> dict[str, Any]:
    pk, sk = item_keys.api_key_key(key.id)
    created_at = stamp(key.created_at)
    item: dict[str, Any] = {
        "pk": pk,
        "sk": sk,
        "type": item_keys.API_KEY,
        "sort": created_at,
        "created_at": created_at,
        "name": key.name,
    }
    item |= {"role": str(key.role), "campaigns": list(key.campaigns), "secret_hash": key.secret_hash}
    optional = {
        "sponsor": key.sponsor,
        "valid_until": stamp(key.valid_until) if key.valid_until else "",
        "revoked_at": stamp(key.revoked_at) if key.revoked_at else "",
        "last_used": key.last_used,
        "created_by": key.created_by,
    }
    return item | {name: value for name, value in optional.items() if value}


def _read(item: Attributes) -> ApiKey:
    created_at = read_stamp(item["created_at"])
    assert created_at is not None  # noqa: S101 - `add` always writes it
    return ApiKey(
        id=item["pk"].partition("#")[2],
        name=item["name"],
        role=Role(item["role"]),
        campaigns=tuple(item["campaigns"]),
        secret_hash=item["secret_hash"],
        created_at=created_at,
        valid_until=read_stamp(item.get("valid_until")),
        revoked_at=read_stamp(item.get("revoked_at")),
        sponsor=item.get("sponsor", ""),
        last_used=item.get("last_used", ""),
        created_by=item.get("created_by", ""),
    )
