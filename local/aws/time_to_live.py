"""Deletes what is past its `expires_at`, so that the stream tells of it; what was refreshed meanwhile stays.

AWS does this by time to live. The engines either do not, or do it without a stream record.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from boto3.session import Session

    from local.aws.resources import Resources

EVERY_SECONDS = 60
# On large tables a scan takes long: it may use at most one part in this many of the time.
SHARE = 30


class Expiry:
    """Sweeps both tables; `expired` holds the keys of deleted signatures until the stream has told of them."""

    def __init__(self, session: Session, resources: Resources) -> None:
        self._client = session.client("dynamodb")
        self._tables = {resources.signatures_table: True, resources.registry_table: False}
        self.expired: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def sweep(self) -> float:
        """Delete what has expired; return after how many seconds to look again."""
        with self._lock:
            began = time.monotonic()
            for table, has_stream in self._tables.items():
                for key in self._expired_keys(table):
                    self._delete(table, key, has_stream=has_stream)
            return max(EVERY_SECONDS, SHARE * (time.monotonic() - began))

    def _expired_keys(self, table: str) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = []
        pages = self._client.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="expires_at <= :now",
            ExpressionAttributeValues=_now(),
            ProjectionExpression="pk, sk",
        )
        for page in pages:
            keys += page["Items"]
        return keys

    def _delete(self, table: str, key: dict[str, Any], *, has_stream: bool) -> None:
        name = (key["pk"]["S"], key["sk"]["S"])
        if has_stream:
            self.expired.add(name)
        try:
            self._client.delete_item(
                TableName=table,
                Key=key,
                ConditionExpression="expires_at <= :now",
                ExpressionAttributeValues=_now(),
            )
        except ClientError as error:
            self.expired.discard(name)
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def _now() -> dict[str, Any]:
    return {":now": {"N": str(int(time.time()))}}
