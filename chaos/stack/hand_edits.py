"""Somebody who edits signatures by hand, so that they can be read but never counted, and takes them away in the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chaos.plan import PETITION
from local.startup.environment import aws_session

if TYPE_CHECKING:
    from collections.abc import Sequence

RETRY_SECONDS = 0.1
# In UTC there is no such year. Nothing else is odd about it, and no email is due.
NEVER = {
    "state": {"S": "confirmed"},
    "signed_at": {"S": "2026-01-01T00:00:00.000000Z"},
    "confirmed_at": {"S": "0001-01-01T00:00:00+14:00"},
    "thanked_at": {"S": "2026-01-01T00:00:00.000000Z"},
    "day": {"S": "2026-01-01"},
}


class HandEdits:
    """The items, one for each planned moment, in the midst of the petition's own; `done` is how many there were."""

    def __init__(self, planned: Sequence[float], table: str, buckets: int) -> None:
        self._left = list(planned)
        self._table = table
        self._buckets = buckets
        self.done = 0

    def step(self, now: float) -> None:
        """Write the next one if it is due; if the engine is down, the next step tries again."""
        if self._left and self._left[0] <= now and self._has_worked("put_item", Item={**self._key(self.done), **NEVER}):
            self._left.pop(0)
            self.done += 1

    def undo(self) -> None:
        """Delete them all."""
        for number in range(self.done):
            while not self._has_worked("delete_item", Key=self._key(number)):
                time.sleep(RETRY_SECONDS)

    def _key(self, number: int) -> dict[str, Any]:
        return {"pk": {"S": f"{PETITION}#{number % self._buckets}"}, "sk": {"S": f"edited-by-hand-{number}"}}

    def _has_worked(self, operation: str, **request: Any) -> bool:
        try:
            getattr(aws_session().client("dynamodb"), operation)(TableName=self._table, **request)
        except (BotoCoreError, ClientError):
            return False
        return True
