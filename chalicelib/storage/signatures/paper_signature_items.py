"""Signatures given on paper: entered, found by who they look like, and taken back with the sheet they were entered from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.signature import Withdrawer
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import values_of
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import as_found, is_as_read, values_as_read
from chalicelib.storage.signatures.signature_items import LASTING_ATTRIBUTES, form_attributes, read, replacing, stub

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.storage.dynamodb.table import Table

is_nowhere = "attribute_not_exists(#state)"
is_of_sheet = f"{is_as_read} AND #sheet = :sheet"
BY_LIKENESS = "by_likeness"


class PaperSignatureItems:
    """Paper signatures in the Signatures table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, signature: Signature, *, was: Signature | None, now: datetime) -> None:
        """Adds one, or replaces what `was` there: one call. Raises ConditionFailed if that has changed.

        What a pending signer typed is kept beside it while its sheet can be undone: one more call.
        """
        attributes = {**form_attributes(signature), "state": "external"}
        attributes |= {"signed_at": stamp(signature.signed_at), "asked_at": stamp(now), "changed_at": stamp(now)}
        if signature.kept_stages:
            attributes["kept_stages"] = list(signature.kept_stages)
        attributes |= {name: value for name in ("sheet", "likeness") if (value := getattr(signature, name))}
        if signature.sheet and was and was.is_pending:
            attributes["before"] = self._before(was)
        condition, then = as_found(was) if was else (is_nowhere, {})
        values = values_of(attributes) | then
        self._table.update(
            *item_keys.signature_key(signature.key), replacing(attributes), condition=condition, values=values
        )

    def _before(self, was: Signature) -> dict[str, Any]:
        item = self._table.get(*item_keys.signature_key(was.key)) or {}
        if not item or values_as_read(read(item)) != values_as_read(was):
            raise ConditionFailed(item)
        return {name: value for name, value in item.items() if name not in ("pk", "sk", *LASTING_ATTRIBUTES)}

    def alike(self, likeness: str) -> list[str]:
        """The ids of those entered with that likeness, a second ago or earlier: one call."""
        return [item["sk"] for item in self._table.query_index(BY_LIKENESS, "likeness", likeness)]

    def undo(self, key: SignatureKey, sheet: str, *, now: datetime) -> bool:
        """Takes back one that was entered from `sheet`; False if somebody has changed it since. Two calls.

        What a signer had typed is pending again; of the others only the key, state and times are left, as of a withdrawn one.
        """
        pk, sk = item_keys.signature_key(key)
        item = self._table.get(pk, sk) or {}
        if item.get("sheet") != sheet:
            return False
        entered = read(item)
        left: dict[str, Any] = stub(entered, Withdrawer.UNDO, now)
        if before := item.get("before"):
            lasting: dict[str, Any] = {
                name: left[name] for name in LASTING_ATTRIBUTES if name in left and name != "round"
            }
            lasting |= {"round": entered.round} if entered.round else {}
            left = {**before, **lasting, "pk": pk, "sk": sk, "changed_at": stamp(now)}
        try:
            self._table.put(left, condition=is_of_sheet, values=values_as_read(entered) | {":sheet": sheet})
        except ConditionFailed:
            return False
        return True

    def forget_before(self, key: SignatureKey, sheet: str) -> None:
        """Removes what was there before `sheet`. One call."""
        item_key = item_keys.signature_key(key)
        try:
            self._table.update(*item_key, "REMOVE #before", condition="#sheet = :sheet", values={":sheet": sheet})
        except ConditionFailed:
            return
