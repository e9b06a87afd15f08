"""The faults that can happen between a function and a service that it calls, as data; it injects nothing itself.

Formats: "Error handling with DynamoDB", "Common error types" of SQS and Secrets Manager, "SendEmail" of SES v2.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.waiting import EMAIL
from local.http.messages import Answer

Service = Literal["tables", "queues", "mail"]
# How much longer than on AWS the app waits here, and a delay longer than that (`waiting.py`: 4 s at most for an answer).
PATIENCE = 1.5
DELAY_SECONDS = EMAIL.times(PATIENCE).read + 0.5


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. With `reaches`, the service does the work; without `answer`, the connection is dropped.

    With `kills`, the calling process is killed. `weight` is the fault's share among those of its service; `limit` is how
    often it may happen to one process.
    """

    name: str
    reaches: bool = False
    answer: Answer | None = None
    delay_seconds: float = 0.0
    kills: bool = False
    is_partial: bool = False
    weight: int = 4
    limit: int = 1_000_000


def _refusal(status: int, code: str, message: str) -> Answer:
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(status, [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-ErrorType", code)], body)


THROTTLED = Fault(
    "throttled (ProvisionedThroughputExceeded)",
    answer=_refusal(400, "ProvisionedThroughputExceededException", "Too fast."),
)
# Only the table with campaigns, counters and keys: what is known of a campaign still takes signatures.
REGISTRY_THROTTLED = replace(THROTTLED, name="throttled (ProvisionedThroughputExceeded), the Registry alone")
HUNG_UP = Fault("connection reset before the request arrived")
LOST = Fault("done, but the answer lost", reaches=True)
LATE = Fault("done, but no answer in time", reaches=True, delay_seconds=DELAY_SECONDS, weight=1, limit=2)
SILENT = Fault("never arrived, and no answer in time", delay_seconds=DELAY_SECONDS, weight=1, limit=2)
KILLED = Fault("done, and the caller killed (SIGKILL) before it heard", reaches=True, kills=True, weight=2, limit=4)
KILLED_AFTER_SENDING = Fault(
    "accepted, and the mailer killed (SIGKILL) before it marked", reaches=True, kills=True, weight=2, limit=4
)

FAULTS: dict[Service, tuple[Fault, ...]] = {
    "tables": (
        THROTTLED,
        Fault("throttled (RequestLimitExceeded)", answer=_refusal(400, "RequestLimitExceeded", "Too fast.")),
        Fault("conflict (TransactionConflict)", answer=_refusal(400, "TransactionConflictException", "Busy.")),
        Fault("failed (500 InternalServerError)", answer=_refusal(500, "InternalServerError", "Failed.")),
        HUNG_UP,
        LOST,
        LATE,
        SILENT,
        KILLED,
    ),
    "queues": (
        Fault("throttled (ThrottlingException)", answer=_refusal(400, "ThrottlingException", "Too fast.")),
        Fault("failed (500 InternalFailure)", answer=_refusal(500, "InternalFailure", "Failed.")),
        Fault("a batch taken only in part", reaches=True, is_partial=True),
        HUNG_UP,
        LOST,
        KILLED,
    ),
    "mail": (
        Fault("refused for now (TooManyRequests)", answer=_refusal(429, "TooManyRequestsException", "Too fast.")),
        Fault("refused for now (503)", answer=_refusal(503, "ServiceUnavailable", "Down.")),
        # The same, as SES says it to an account whose sending is paused: by a name that otherwise means "never".
        Fault(
            "refused for now (MessageRejected: Sending paused)",
            answer=_refusal(400, "MessageRejected", "Sending paused for this account."),
        ),
        Fault("refused for now (SendingPaused)", answer=_refusal(400, "SendingPausedException", "Paused.")),
        HUNG_UP,
        Fault("accepted, but the answer lost", reaches=True, weight=3),
        Fault("accepted, but no answer in time", reaches=True, delay_seconds=DELAY_SECONDS, weight=1, limit=1),
        KILLED_AFTER_SENDING,
    ),
}
REJECTED = Fault("permanently rejected (MessageRejected)", answer=_refusal(400, "MessageRejected", "Not accepted."))
# Emails to this domain are never accepted.
REJECTED_DOMAIN = "rejected.example.org"


class Dice:
    """Decides for each request of one process to one service whether it fails, and how: deterministic for a seed.

    `share` is the share of requests that fail. Nothing fails while `is_calm`.
    """

    def __init__(self, seed: str, service: Service, share: float) -> None:
        self._random = random.Random(seed)  # noqa: S311  # a schedule, not a secret
        self._faults = FAULTS[service]
        self._weights = [fault.weight for fault in self._faults]
        self._left = {fault.name: fault.limit for fault in self._faults}
        self._share = share
        self._lock = threading.Lock()
        self.is_calm = True

    def roll(self) -> Fault | None:
        """The fault for the next request, or None."""
        if self.is_calm:
            return None
        with self._lock:
            if self._random.random() >= self._share:
                return None
            fault = self._random.choices(self._faults, self._weights)[0]
            if not self._left[fault.name]:
                return None
            self._left[fault.name] -= 1
            return fault
