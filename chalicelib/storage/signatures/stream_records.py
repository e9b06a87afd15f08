"""Reads changes of signatures from stream records; what to do about an unreadable record is up to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.counting.contributions import Change, pad_sequence
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.item_values import READ_FAULTS, decode
from chalicelib.storage.dynamodb.table import WriteRefused
from chalicelib.storage.signatures.signature_items import ID, read

if TYPE_CHECKING:
    from collections.abc import Mapping

# What reading or counting one record raises when the record itself is at fault, not what stands around it.
RECORD_FAULTS = (WriteRefused, *READ_FAULTS)


def read_change(record: Mapping[str, Any]) -> Change:
    """The change in one record of a NEW_AND_OLD_IMAGES stream. Raises one of RECORD_FAULTS."""
    body = record["dynamodb"]
    if not place_of(record):
        raise ValueError("Keys")
    old, new = body.get("OldImage"), body.get("NewImage")
    return Change(
        sequence=pad_sequence(body["SequenceNumber"]),
        old=read(decode(old)) if old else None,
        new=read(decode(new)) if new else None,
    )


def place_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Where the signature of a record is: `campaign`, `bucket`, `signature`.

    Nothing if its key is none of ours: whoever edits a table by hand may have typed anything, and it is in no log.
    """
    try:
        key = decode(record["dynamodb"]["Keys"])
        campaign, bucket = item_keys.parse_partition(key["pk"])
        is_ours = ID.fullmatch(campaign) and ID.fullmatch(key["sk"])
    except RECORD_FAULTS:
        return {}
    return {"campaign": campaign, "bucket": bucket, "signature": key["sk"]} if is_ours else {}
