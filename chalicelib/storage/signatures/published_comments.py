"""Which comments organisers approved lately, by the ids of their signatures: where to look, never what may be shown.

That is with each signature, which a correction or a withdrawal changes at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from chalicelib.storage.dynamodb.table import Table

MAX_KEPT = 100  # one BatchGetItem
TRIES = 10
is_as_read = "#revision = :then"
is_not_there = "attribute_not_exists(#revision)"


class PublishedComments:
    """One item of the Registry table for each campaign."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def ids(self, campaign: str) -> tuple[str, ...]:
        """Up to 100 ids, the one approved last first. One call."""
        item = self._table.get(*item_keys.comments_key(campaign)) or {}
        return tuple(item.get("ids", ()))

    def add(self, campaign: str, signature: str) -> None:
        """Puts an id first, and drops the oldest beyond 100; nothing if it is there. Two calls, more if others do the same. Raises Unavailable."""
        pk, sk = item_keys.comments_key(campaign)
        for _ in range(TRIES):
            item = self._table.get(pk, sk) or {}
            ids, revision = item.get("ids", []), item.get("revision", 0)
            if signature in ids:
                return
            condition, values = (is_as_read, {":then": revision}) if revision else (is_not_there, {})
            new = {"pk": pk, "sk": sk, "ids": [signature, *ids][:MAX_KEPT], "revision": revision + 1}
            try:
                self._table.put(new, condition=condition, values=values)
            except ConditionFailed:  # somebody else approved one in this very moment
                continue
            return
        raise Unavailable

    def delete(self, campaign: str) -> None:
        """Forgets a deleted campaign's. One call."""
        self._table.delete(*item_keys.comments_key(campaign))
