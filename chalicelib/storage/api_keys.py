"""API keys at rest: a name, a role, a hash; no secret ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.keys import ApiKey, Role
from chalicelib.storage import names
from chalicelib.storage.signature_items import moment, stamp

if TYPE_CHECKING:
    from chalicelib.storage.database import Attributes, Table

not_there_yet = "attribute_not_exists(#pk)"


class ApiKeys:
    """The keys in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: ApiKey) -> None:
        """Writes a new key."""
        pk, sk = names.api_key_key(key.id)
        created_at = stamp(key.created_at)
        item: dict[str, Any] = {
            "pk": pk,
            "sk": sk,
            "type": names.KEY,
            "sort": created_at,
            "created_at": created_at,
            "name": key.name,
        }
        item |= {"role": str(key.role), "campaigns": list(key.campaigns), "secret_hash": key.secret_hash}
        item |= {"sponsor": key.sponsor} if key.sponsor else {}
        item |= {"valid_until": stamp(key.valid_until)} if key.valid_until else {}
        self._table.put(item, condition=not_there_yet)

    def find(self, key: str) -> ApiKey | None:
        """One key, read strongly, or None."""
        item = self._table.get(*names.api_key_key(key))
        return _read(item) if item else None


def _read(item: Attributes) -> ApiKey:
    created_at = moment(item["created_at"])
    assert created_at is not None  # noqa: S101 - `add` always writes it
    return ApiKey(
        id=item["pk"].partition("#")[2],
        name=item["name"],
        role=Role(item["role"]),
        campaigns=tuple(item["campaigns"]),
        secret_hash=item["secret_hash"],
        created_at=created_at,
        valid_until=moment(item.get("valid_until")),
        revoked_at=moment(item.get("revoked_at")),
        sponsor=item.get("sponsor", ""),
    )
