"""Merges changes into a campaign's document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def apply_patch(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with `changes` merged in as RFC 7396 says: objects merge recursively, null removes."""
    result = dict(document)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            found = result.get(name)
            result[name] = apply_patch(found if isinstance(found, dict) else {}, value)
        else:
            result[name] = value
    return result
