"""What AWS does in the play: SES with its rate, and queues whose messages come back; in memory, exact, on the virtual clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import TemporaryMailError
from chalicelib.mail.sending_quota import SendingQuota
from chalicelib.storage.queues import Backlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bench.updates.virtual_clock import VirtualClock


@dataclass(slots=True)
class RatedSes:
    """Takes at most `per_second` emails in any second, and refuses the others, which is stricter than SES says it is."""

    clock: VirtualClock
    per_second: int
    refused: int = 0
    _last: deque[float] = field(default_factory=deque)

    def send(self) -> None:
        """Take one email. Raises TemporaryMailError."""
        now = self.clock.seconds
        while self._last and self._last[0] <= now - 1:
            self._last.popleft()
        if len(self._last) >= self.per_second:
            self.refused += 1
            raise TemporaryMailError(reason="TooManyRequestsException")
        self._last.append(now)

    def get(self) -> SendingQuota:
        """What it says about itself."""
        return SendingQuota(float(self.per_second), -1.0, 0.0)


class Queue:
    """Messages that are invisible while somebody has them, and again for `visibility` seconds after they failed.

    `arrived` is called whenever one becomes visible.
    """

    def __init__(self, clock: VirtualClock, visibility: float, arrived: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._visibility = visibility
        self._arrived = arrived
        self._visible: deque[Any] = deque()
        self._in_flight = 0

    def add(self, messages: Iterable[Any], *, delay_seconds: float = 0) -> int:
        """Add messages, as the app's queues do."""
        new = list(messages)
        for message in new:
            self._clock.after(delay_seconds, partial(self._show, message))
        return len(new)

    def _show(self, message: Any) -> None:
        self._visible.append(message)
        self._arrived()

    def receive(self, most: int) -> list[Any]:
        """Take up to `most` of those that are visible."""
        taken = [self._visible.popleft() for _ in range(min(most, len(self._visible)))]
        self._in_flight += len(taken)
        return taken

    def settle(self, succeeded: int, failed: Sequence[Any], received_at: float) -> None:
        """Delete those that succeeded; the others come back when their visibility ends."""
        self._in_flight -= succeeded
        for message in failed:
            self._clock.after(received_at + self._visibility - self._clock.seconds, partial(self._return, message))

    def _return(self, message: Any) -> None:
        self._in_flight -= 1
        self._show(message)

    def backlog(self) -> Backlog:
        """As SQS counts them: what failed is in flight until it is visible again."""
        return Backlog(len(self._visible), self._in_flight)
