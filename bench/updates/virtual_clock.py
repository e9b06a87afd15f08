"""A clock that jumps: code that sleeps runs unchanged, one task at a time, and hours pass in seconds. Deterministic."""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Act = Callable[[], None]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class VirtualClock:
    """Events by `after`; code that sleeps by `start`, which gives way to others only where it sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._order = itertools.count()
        self._due: list[tuple[float, int, Act]] = []
        self._gave_way = _closed_gate()
        self._asleep: set[threading.Lock] = set()
        self._is_over = False
        self._failures: list[BaseException] = []

    def now(self) -> datetime:
        """The time, as the app asks for it."""
        return EPOCH + timedelta(seconds=self.seconds)

    def after(self, seconds: float, act: Act) -> None:
        """Do something then."""
        heapq.heappush(self._due, (self.seconds + seconds, next(self._order), act))

    def start(self, task: Act) -> None:
        """Let a task that sleeps run from now on."""

        def run() -> None:
            try:
                task()
            except _Over:
                pass
            except BaseException as failure:  # noqa: BLE001 - the run ends with it
                self._failures.append(failure)
            finally:
                self._gave_way.release()

        thread = threading.Thread(target=run, daemon=True)
        self.after(0, lambda: self._resume(thread.start))

    def sleep(self, seconds: float) -> None:
        """Of a task: give way to the others until that has passed."""
        if self._is_over:
            raise _Over
        turn = _closed_gate()
        self._asleep.add(turn)
        self.after(seconds, lambda: self._resume(turn.release))
        self._gave_way.release()
        turn.acquire()
        self._asleep.discard(turn)
        if self._is_over:
            raise _Over

    def run(self, is_done: Callable[[], bool]) -> None:
        """Run until `is_done`, or nobody has anything left to do. Raises what a task raised."""
        while self._due and not self._failures and not is_done():
            self.seconds, _, act = heapq.heappop(self._due)
            act()
        self._is_over = True
        for turn in list(self._asleep):
            self._resume(turn.release)
        for failure in self._failures:
            raise failure

    def _resume(self, wake: Act) -> None:
        wake()
        self._gave_way.acquire()


def _closed_gate() -> threading.Lock:
    """A lock that is taken: who acquires it waits until somebody releases it. Far quicker than a semaphore."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class _Over(BaseException):
    """Ends a task when the run has ended; no `except Exception` holds it."""
