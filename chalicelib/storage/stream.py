"""Stream records as changes of signatures; a record that cannot be read raises, so that it is never skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.tallies import Change, pad_sequence
from chalicelib.storage.database import decode
from chalicelib.storage.signature_items import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def read_changes(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Change]]:
    """`(partition, change)` for each record of a NEW_AND_OLD_IMAGES stream, in order."""
    for record in records:
        body = record["dynamodb"]
        old, new = body.get("OldImage"), body.get("NewImage")
        yield (
            body["Keys"]["pk"]["S"],
            Change(
                sequence=pad_sequence(body["SequenceNumber"]),
                old=read(decode(old)) if old else None,
                new=read(decode(new)) if new else None,
            ),
        )
