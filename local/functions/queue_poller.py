"""Polls a queue for a function, in batches, as Lambda does; failed messages come back after a short wait.

It never drops a message: what fails returns to the queue until the queue's redrive policy takes it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3.session import Session

    from local.functions.invocation import Lambda

log = logging.getLogger("local.queue")
BATCH = 10
MAX_WAIT_SECONDS = 8
# Shorter than the template's: after `kill -9`, unfinished messages come back while one is still watching.
VISIBILITY_SECONDS = 30


class QueuePoller:
    """One poller of a queue. `shape` turns received messages into the function's event.

    Up to `batch` messages are received at a time and passed on together, or with `one_by_one` each in its own event.
    """

    def __init__(  # noqa: PLR0913  # source, function and timing
        self,
        session: Session,
        queue_url: str,
        function: Lambda,
        shape: Callable[[list[dict[str, Any]]], dict[str, Any]],
        *,
        batch: int = BATCH,
        one_by_one: bool = False,
        visibility_seconds: int = VISIBILITY_SECONDS,
        max_wait_seconds: int = MAX_WAIT_SECONDS,
    ) -> None:
        self._queues = session.client("sqs")
        self._url = queue_url
        self._function = function
        self._shape = shape
        self._batch = batch
        self._one_by_one = one_by_one
        self._in_hand_seconds = visibility_seconds
        self._longest_wait_seconds = max_wait_seconds
        self._lock = threading.Lock()
        self.handled = 0

    def step(self) -> int:
        """Handle the visible messages; return how many succeeded.

        A step running in another thread finishes first. `handled` counts the messages of all steps, failed ones too.
        """
        with self._lock:
            done = 0
            while True:
                answer = self._queues.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=self._batch,
                    VisibilityTimeout=self._in_hand_seconds,
                    AttributeNames=["All"],
                    MessageAttributeNames=["All"],
                )
                messages = answer.get("Messages", [])
                if not messages:
                    return done
                done += self._handle(messages)

    def waiting(self) -> tuple[int, int]:
        """How many messages are due, and how many wait for another try after a failure."""
        answer = self._queues.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])["Attributes"]
        due = int(answer["ApproximateNumberOfMessages"]) + int(answer["ApproximateNumberOfMessagesDelayed"])
        return due, int(answer["ApproximateNumberOfMessagesNotVisible"])

    def _handle(self, messages: list[dict[str, Any]]) -> int:
        parts = [[message] for message in messages] if self._one_by_one else [messages]
        failed = set().union(*(self._failed(part) for part in parts))
        self.handled += len(messages)
        succeeded = [message for message in messages if message["MessageId"] not in failed]
        self._delete(succeeded)
        self._return([message for message in messages if message["MessageId"] in failed])
        return len(succeeded)

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        failed = self._function.invoke(self._shape(messages))
        ids = {message["MessageId"] for message in messages}
        return ids if failed is None or not failed <= ids else failed  # Lambda: an unknown id fails the whole batch

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        if messages:
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]} for index, message in enumerate(messages)
            ]
            self._queues.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _return(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            received = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
            wait = min(2 ** (received - 1), self._longest_wait_seconds)
            self._queues.change_message_visibility(
                QueueUrl=self._url,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=wait,
            )
