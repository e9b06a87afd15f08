"""Builds clauses of DynamoDB update expressions from attributes: `#name` stands for each name, `:name` for its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def set_clause(attributes: Iterable[str]) -> str:
    """`SET #a = :a, #b = :b`, or nothing for no attributes."""
    sets = ", ".join(f"#{name} = :{name}" for name in attributes)
    return f"SET {sets}" if sets else ""


def remove_clause(attributes: Iterable[str]) -> str:
    """`REMOVE #a, #b`, or nothing for no attributes."""
    removes = ", ".join(f"#{name}" for name in attributes)
    return f"REMOVE {removes}" if removes else ""


def values_of(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `set_clause` refers to."""
    return {f":{name}": value for name, value in attributes.items()}
