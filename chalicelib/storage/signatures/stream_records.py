"""Reads changes of signatures from stream records; what to do about an unreadable record is up to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.counting.contributions import Change, pad_sequence
from chalicelib.storage.dynamodb.table import decode
from chalicelib.storage.signatures.signature_items import read

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_change(record: Mapping[str, Any]) -> Change:
    """The change in one record of a NEW_AND_OLD_IMAGES stream. Raises KeyError, ValueError or TypeError."""
    body = record["dynamodb"]
    old, new = body.get("OldImage"), body.get("NewImage")
    return Change(
        sequence=pad_sequence(body["SequenceNumber"]),
        old=read(decode(old)) if old else None,
        new=read(decode(new)) if new else None,
    )
