"""The parts of a transaction, for `Table.commit`: each is one write with its condition, and does nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.storage.dynamodb.item_values import encode
from chalicelib.storage.dynamodb.table import condition_of, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.storage.dynamodb.item_values import Attributes

Write = dict[str, dict[str, Any]]
Key = tuple[str, str]


def put(attributes: Attributes, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Write:
    """Writes a whole item."""
    return {"Put": {"Item": encode(attributes), **_arguments(condition, values or {})}}


def delete(key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Write:
    """Deletes an item, if it is there."""
    return {"Delete": {"Key": key_of(*key), **_arguments(condition, values or {})}}


def update(key: Key, expression: str, *, values: Mapping[str, Any], condition: str = "") -> Write:
    """Changes an item."""
    return {
        "Update": {
            "Key": key_of(*key),
            "UpdateExpression": expression,
            **_arguments(condition, values, expression),
        }
    }


def _arguments(condition: str, values: Mapping[str, Any], *expressions: str) -> dict[str, Any]:
    if not condition and not expressions:
        return {}
    return condition_of(condition, values, *expressions)
