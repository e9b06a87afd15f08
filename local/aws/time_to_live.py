"""Deletes items past their `expires_at`, so that the stream reports them; what was renewed meanwhile stays.

On AWS this is DynamoDB's time to live. The engines lack it, or delete without a stream record.
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
# Scanning large tables takes long: it may use at most a thirtieth of the time.
IDLE_FACTOR = 30


class TimeToLive:
    """Deletes from both tables; `expired` holds the keys of deleted signatures until the stream has reported them."""

    def __init__(self, session: Session, resources: Resources) -> None:
        self._client = session.client("dynamodb")
        self._tables = {resources.signatures_table: True, resources.registry_table: False}
        self.expired: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def delete_expired(self) -> float:
        """Delete what has expired; return in how many seconds to look again."""
        with self._lock:
            started = time.monotonic()
            for table, has_stream in self._tables.items():
                for key in self._expired_keys(table):
                    self._delete(table, key, has_stream=has_stream)
            return max(EVERY_SECONDS, IDLE_FACTOR * (time.monotonic() - started))

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
