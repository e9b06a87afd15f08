"""What records of something that can be undone for a day have in common: beginning that once, and finding those whose day is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb.table import ConditionFailed, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table


def begin_undo(table: Table, record_key: tuple[str, str], by: str, *, now: datetime) -> Attributes:
    """Notes who undoes a record (`by` is the id of an API key), once; returns the record. One call; later ones change nothing."""
    try:
        return table.update(
            *record_key,
            "SET #undone_at = :now, #undone_by = :key ADD #revision :one",
            condition=f"{is_there} AND attribute_not_exists(#undone_at)",
            values={":now": stamp(now), ":key": by, ":one": 1},
            returns="ALL_NEW",
        )
    except ConditionFailed as refusal:
        return refusal.found or {}


def begun_before(table: Table, record_type: str, moment: datetime) -> Iterator[Attributes]:
    """Records of a type that began until `moment` and are not closed: one call, and one per hundred records."""
    keys = []
    for entry in table.query_index("by_type", "type", record_type):
        if entry["sort"] > stamp(moment):
            break
        keys.append((entry["pk"], entry["sk"]))
    yield from table.get_many(keys)
