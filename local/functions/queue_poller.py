"""Feeds a queue to a function in batches, as Lambda's poller does; failed ones come back after a short wait.

It never drops a message: what fails is returned to the queue, and the queue's redrive policy ends it.
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
LONGEST_WAIT_SECONDS = 8
# Shorter than the template's three minutes: after `kill -9` what was in hand comes back while one still watches.
IN_HAND_SECONDS = 30


class QueuePump:
    """One worker of a queue. `shape` turns received messages into the function's event.

    `batch` are received at a time and handed over together, or with `one_by_one` each in an event of its own.
    """

    def __init__(  # noqa: PLR0913  # whom it feeds, from where, and how fast
        self,
        session: Session,
        queue_url: str,
        function: Lambda,
        shape: Callable[[list[dict[str, Any]]], dict[str, Any]],
        *,
        batch: int = BATCH,
        one_by_one: bool = False,
        in_hand_seconds: int = IN_HAND_SECONDS,
        longest_wait_seconds: int = LONGEST_WAIT_SECONDS,
    ) -> None:
        self._queues = session.client("sqs")
        self._url = queue_url
        self._function = function
        self._shape = shape
        self._batch = batch
        self._one_by_one = one_by_one
        self._in_hand_seconds = in_hand_seconds
        self._longest_wait_seconds = longest_wait_seconds
        self._lock = threading.Lock()
        self.handled = 0

    def step(self) -> int:
        """Handle what is visible now; return how many messages succeeded.

        Whoever else is stepping finishes first. `handled` counts the messages of all steps, failed ones too.
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
        """How many messages are due, and how many came back from a failure and wait for their next try."""
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
        known = {message["MessageId"] for message in messages}
        return known if failed is None or not failed <= known else failed  # Lambda: an unknown id fails the whole batch

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        if messages:
            entries = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]} for place, message in enumerate(messages)
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
