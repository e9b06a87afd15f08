"""Strips signatures whose time is over to what their campaign's counters need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.item_values import READ_FAULTS
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import is_as_read, values_as_read
from chalicelib.storage.signatures.signature_items import (
    RETAINED_ATTRIBUTES,
    anonymised_attributes,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.dynamodb.table import Table


class Anonymiser:
    """Removes what is about the person from signatures in the Signatures table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def anonymise(self, campaign: str, bucket: int, *, now: datetime) -> int:
        """Strips every signature in a bucket to what its counters need, and deletes pending ones. Returns how many it handled.

        Writes only over what was read: one that has changed in the meantime is left for the next run.
        """
        done = 0
        for item in self._table.query(item_keys.partition(campaign, bucket), consistent=True):
            try:
                found = read(item)
            except READ_FAULTS:
                done += self._anonymise_unreadable(item, now)
                continue
            if not (found.is_withdrawn or found.anonymised_at):
                self._anonymise(found, item, now)
                done += 1
        return done

    def _anonymise(self, found: Signature, item: Mapping[str, Any], now: datetime) -> None:
        try:
            if found.is_pending:
                self._table.delete(item["pk"], item["sk"], condition=is_as_read, values=values_as_read(found))
            else:
                left = anonymised_attributes(found, item, now)
                self._table.put(left, condition=is_as_read, values=values_as_read(found))
        except ConditionFailed:
            return

    def _anonymise_unreadable(self, item: Mapping[str, Any], now: datetime) -> int:
        """Nobody can say what it holds, so of that, too, nothing stays but what a signature may keep."""
        if "anonymised_at" in item:
            return 0
        log.exception("unreadable signature")
        left = {name: item[name] for name in RETAINED_ATTRIBUTES if name in item} | {"anonymised_at": stamp(now)}
        self._table.put(left, condition="attribute_not_exists(#anonymised_at)")
        return 1
