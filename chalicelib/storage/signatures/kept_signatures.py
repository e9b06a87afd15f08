"""Signatures that an organiser withdrew together with others: whole beside what is left of them, until that can no longer be undone.

For everybody else such a signature is withdrawn. Whoever signs again, withdraws by a link or is erased is never brought back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import has_marks_of, is_as_read, states, values_as_read
from chalicelib.storage.signatures.signature_items import read, stub

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.storage.dynamodb.table import Table

is_kept = "#state = :withdrawn AND #withdrawal = :withdrawal"


class KeptSignatures:
    """Withdrawn signatures in the Signatures table that can be brought back. The attribute `held_at` puts them into the index `by_held`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def withdraw(self, seen: Signature, withdrawal: str, *, now: datetime) -> None:
        """Withdraws a signature as part of `withdrawal`, and keeps all of it. Two calls.

        Raises ConditionFailed if it has changed, or if an email about it is on its way: bringing it back would send that again.
        """
        pk, sk = item_keys.signature_key(seen.key)
        item = self._table.get(pk, sk)
        if (
            item is None
            or values_as_read(read(item)) != values_as_read(seen)
            or item.get("lease_until", 0) > now.timestamp()
        ):
            raise ConditionFailed(item)
        kept = {name: value for name, value in item.items() if name not in ("pk", "sk")}
        left = stub(seen, Withdrawer.ORGANIZER, now) | {"withdrawal": withdrawal, "kept": kept, "held_at": stamp(now)}
        condition, values = has_marks_of(item)
        self._table.put(left, condition=f"{is_as_read} AND {condition}", values={**values_as_read(seen), **values})

    def restore(self, key: SignatureKey, withdrawal: str, *, now: datetime) -> bool:
        """Brings a signature back as it was; False if it has changed since, or would have expired. Two calls."""
        pk, sk = item_keys.signature_key(key)
        item = self._table.get(pk, sk) or {}
        kept: dict[str, Any] = item.get("kept", {})
        if item.get("withdrawal") != withdrawal or 0 < kept.get("expires_at", 0) <= now.timestamp():
            return False
        times = {"changed_at": stamp(now), "restored_at": stamp(now)}
        values = {":withdrawal": withdrawal, **states("withdrawn")}
        try:
            self._table.put({**kept, **times, "pk": pk, "sk": sk}, condition=is_kept, values=values)
        except ConditionFailed:
            return False
        return True

    def forget(self, key: SignatureKey, withdrawal: str) -> bool:
        """Removes what is kept; False if it has changed since. One call."""
        values = {":withdrawal": withdrawal, **states("withdrawn")}
        try:
            self._table.update(
                *item_keys.signature_key(key), "REMOVE #kept, #withdrawal, #held_at", condition=is_kept, values=values
            )
        except ConditionFailed:
            return False
        return True

    def find(self, key: SignatureKey) -> Signature | None:
        """A signature as it is kept, or None. One call."""
        pk, sk = item_keys.signature_key(key)
        kept = (self._table.get(pk, sk) or {}).get("kept")
        return read({**kept, "pk": pk, "sk": sk}) if kept else None
