"""Publishes SES's events to the feedback topic: deliveries, bounces and complaints, in the documented format.

Only the event types that the template's configuration set selects are published. Format: "Contents of event data that
Amazon SES publishes to Amazon SNS" in the SES developer guide.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import threading
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3.session import Session

log = logging.getLogger("local.ses_events")
BATCH = 10  # the most that SNS takes at a time
SIMULATOR = "simulator.amazonses.com"


class Publisher:
    """Queues events in memory and publishes them; `event_types` are those to publish, in lower case."""

    def __init__(self, session: Session, topic_arn: str, event_types: set[str]) -> None:
        self._topics = session.client("sns")
        self._topic_arn = topic_arn
        self._event_types = event_types
        self._events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._wakers: tuple[Callable[[], None], Callable[[], None]] = (lambda: None, lambda: None)
        self._lock = threading.Lock()
        self.handled = 0

    def wake_on(self, queued: Callable[[], None], published: Callable[[], None]) -> None:
        """Set what to call when an event is queued here, and when events were published."""
        self._wakers = (queued, published)

    def publish_later(self, email: dict[str, Any]) -> None:
        """Queue the events of one email."""
        for event in events(email):
            if event["eventType"].lower() in self._event_types:
                self._events.put(event)
        self._wakers[0]()

    def step(self) -> int:
        """Publish the queued events; return how many.

        A step running in another thread finishes first. `handled` counts the events of all steps.
        """
        done = 0
        with self._lock:
            while batch := self._next():
                self._publish(batch)
                done += len(batch)
            self.handled += done
        if done:
            self._wakers[1]()
        return done

    def _publish(self, batch: list[dict[str, Any]]) -> None:
        entries = [{"Id": str(index), "Message": json.dumps(event)} for index, event in enumerate(batch)]
        try:
            answer = self._topics.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=entries)
        except (BotoCoreError, ClientError):
            log.exception("%d SES events were lost", len(batch))
            return
        if failed := answer.get("Failed"):  # SNS answers 200 even when it accepted only some
            log.error("%d SES events were lost: %s", len(failed), failed[0]["Code"])

    def _next(self) -> list[dict[str, Any]]:
        batch: list[dict[str, Any]] = []
        with contextlib.suppress(queue.Empty):
            while len(batch) < BATCH:
                batch.append(self._events.get_nowait())
        return batch


def events(email: dict[str, Any]) -> list[dict[str, Any]]:
    """SES's events for one email, in order; the mailbox simulator's addresses bounce and complain."""
    now = _timestamp()
    events = [{"eventType": "Send", "send": {}}]
    for address in email["destination"]:
        local_part, _, domain = address.lower().rpartition("@")
        name = local_part.partition("+")[0] if domain == SIMULATOR else ""
        if name in ("bounce", "suppressionlist"):
            events.append({"eventType": "Bounce", "bounce": _bounce(address, name, now)})
            continue
        events.append({"eventType": "Delivery", "delivery": _delivery(address, now)})
        if name == "complaint":
            events.append({"eventType": "Complaint", "complaint": _complaint(address, now)})
    return [{**event, "mail": _mail(email)} for event in events]


def _bounce(address: str, name: str, now: str) -> dict[str, Any]:
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General" if name == "bounce" else "Suppressed",
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            },
        ],
        "timestamp": now,
        "feedbackId": str(uuid.uuid4()),
        "reportingMTA": "dsn; local",
    }


def _complaint(address: str, now: str) -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": now,
        "feedbackId": str(uuid.uuid4()),
        "complaintSubType": None,
        "complaintFeedbackType": "abuse",
        "userAgent": "local",
        "arrivalDate": now,
    }


def _delivery(address: str, now: str) -> dict[str, Any]:
    return {
        "timestamp": now,
        "processingTimeMillis": 1,
        "recipients": [address],
        "smtpResponse": "250 2.0.0 OK",
        "reportingMTA": "local",
    }


def _mail(email: dict[str, Any]) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in email["headers"].items()]
    return {
        "timestamp": email["sent_at"],
        "source": email["from"],
        "sourceArn": "arn:aws:ses:us-east-1:000000000000:identity/local",
        "sendingAccountId": "000000000000",
        "messageId": email["message_id"],
        "destination": email["destination"],
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {"from": [email["from"]], "to": email["destination"], "subject": email["subject"]},
        "tags": {
            "ses:configuration-set": [email["configuration_set"]],
            **{name: [value] for name, value in email["tags"].items()},
        },
    }


def _timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
