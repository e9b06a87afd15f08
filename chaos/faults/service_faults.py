"""What can go wrong between a function and the service it calls, as data; it breaks nothing itself.

Shapes: "Error handling with DynamoDB", "Common error types" of SQS and Secrets Manager, "SendEmail" of SES v2.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from typing import Literal

from local.http.messages import Answer

Service = Literal["tables", "queues", "mail"]
# Longer than the app's clients wait for an answer (`stores.py`: 5 s).
PATIENCE_SECONDS = 5.4


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. `reaches` says whether the service does what was asked; without `answer` the line goes dead.

    `kills` ends the process that asked. `weight` is its share among the faults of a service; `most` bounds how often
    it may happen to one process.
    """

    name: str
    reaches: bool = False
    answer: Answer | None = None
    delay_seconds: float = 0.0
    kills: bool = False
    is_partial: bool = False
    weight: int = 4
    most: int = 1_000_000


def _refusal(status: int, code: str, message: str) -> Answer:
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(status, [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-ErrorType", code)], body)


THROTTLED = Fault(
    "throttled (ProvisionedThroughputExceeded)",
    answer=_refusal(400, "ProvisionedThroughputExceededException", "Too fast."),
)
HUNG_UP = Fault("connection reset before the request arrived")
LOST = Fault("done, but the answer lost", reaches=True)
LATE = Fault("done, but no answer in time", reaches=True, delay_seconds=PATIENCE_SECONDS, weight=1, most=2)
SILENT = Fault("never arrived, and no answer in time", delay_seconds=PATIENCE_SECONDS, weight=1, most=2)
KILLED = Fault("done, and the caller killed (SIGKILL) before it heard", reaches=True, kills=True, weight=2, most=4)
KILLED_AFTER_SENDING = Fault(
    "accepted, and the mailer killed (SIGKILL) before it marked", reaches=True, kills=True, weight=2, most=4
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
        Fault("refused for now (SendingPaused)", answer=_refusal(400, "SendingPausedException", "Paused.")),
        HUNG_UP,
        Fault("accepted, but the answer lost", reaches=True, weight=3),
        Fault("accepted, but no answer in time", reaches=True, delay_seconds=PATIENCE_SECONDS, weight=1, most=1),
        KILLED_AFTER_SENDING,
    ),
}
REFUSED_FOR_GOOD = Fault("refused for good (MessageRejected)", answer=_refusal(400, "MessageRejected", "Not taken."))
# Mail to this domain is never taken.
REFUSED_DOMAIN = "refused.example.org"


class Dice:
    """Draws a fault, or none, for each request of one process to one service: always the same ones for a seed.

    `share` is how many of the requests fail. Nothing fails while `is_calm`.
    """

    def __init__(self, seed: str, service: Service, share: float) -> None:
        self._random = random.Random(seed)  # noqa: S311  # a schedule, not a secret
        self._faults = FAULTS[service]
        self._weights = [fault.weight for fault in self._faults]
        self._left = {fault.name: fault.most for fault in self._faults}
        self._share = share
        self._lock = threading.Lock()
        self.is_calm = True

    def roll(self) -> Fault | None:
        """The next request's fate."""
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
