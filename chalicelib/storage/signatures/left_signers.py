"""Remembers who withdrew or was erased, for as long as the campaign exists: by the signature's id, a keyed hash, and nothing else.

For 30 days what is left of the signature says so; then that goes, and this is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.storage.dynamodb.table import Table


class LeftSigners:
    """The memories in the Registry table. Each method is one call."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: SignatureKey) -> None:
        """Remembers the signature with that key; once more changes nothing."""
        pk, sk = item_keys.left_key(key)
        self._table.update(pk, sk, "SET #left = :left", values={":left": True})

    def has(self, key: SignatureKey) -> bool:
        """True if that one left."""
        return self._table.get(*item_keys.left_key(key)) is not None

    def delete(self, campaign: str, buckets: int) -> None:
        """Forgets a deleted campaign's. A query for each bucket, and a call for each memory."""
        for bucket in range(buckets):
            pk = f"left#{campaign}#{bucket}"
            for item in list(self._table.query(pk)):
                self._table.delete(pk, item["sk"])
