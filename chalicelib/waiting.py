"""How long this invocation may still wait for AWS: no call begins that could outlive the function."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Invocation:
    """One invocation of a function with `seconds` to live. One that `gives_up` makes no call after one that timed out."""

    seconds: float
    gives_up: bool = False
    has_timed_out: bool = False
    _begun_at: float = field(default_factory=time.monotonic)

    def has_time_for(self, seconds: float) -> bool:
        """True if a call that may take `seconds` can begin now."""
        if self.gives_up and self.has_timed_out:
            return False
        return time.monotonic() - self._begun_at + seconds <= self.seconds


# None outside a function: a command may wait as long as it takes.
invocation: ContextVar[Invocation | None] = ContextVar("invocation", default=None)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call to AWS is waited for: seconds for a connection and for an answer, and how many attempts."""

    connect: float
    read: float
    attempts: int

    def times(self, factor: float) -> Patience:
        """The same with waits that are `factor` times as long."""
        return Patience(self.connect * factor, self.read * factor, self.attempts)

    @property
    def longest(self) -> float:
        """The longest that a call can take, in seconds: botocore waits up to 1, 2, 4 … seconds before it tries again."""
        between = sum(min(1 << number, 20) for number in range(self.attempts - 1))
        return self.attempts * (self.connect + self.read) + between


# A signer waits for these. What has failed by then is answered with 503 within 5 s and is safe to repeat.
QUICK = Patience(connect=0.7, read=1.2, attempts=2)
# Whole megabytes, and files; only functions that nobody waits for.
LONG = Patience(connect=1, read=5, attempts=3)
# Files of a few megabytes, while somebody waits.
FILES = Patience(connect=0.7, read=4, attempts=2)
# One attempt: after a lost answer a second one would send the email twice. Ten in a row fit into the mailer's minute.
EMAIL = Patience(connect=0.7, read=4, attempts=1)
