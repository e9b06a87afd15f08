"""Invokes a function at fixed intervals, as an EventBridge rule does, starting now. It never makes up for missed calls."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from local.functions.events import schedule_event

if TYPE_CHECKING:
    from local.functions.invocation import Lambda


class Schedule:
    """One rule. `handled` counts its invocations, failed ones too."""

    def __init__(self, function: Lambda, every_seconds: float) -> None:
        self._function = function
        self._every_seconds = every_seconds
        self._due_at = time.monotonic()
        self._lock = threading.Lock()
        self.handled = 0

    def step(self) -> int:
        """Invoke the function if it is due; return how often (0 or 1). A call in another thread finishes first."""
        with self._lock:
            if time.monotonic() < self._due_at:
                return 0
            self._due_at = time.monotonic() + self._every_seconds
            self._call()
            return 1

    def call(self) -> None:
        """Invoke the function now, due or not."""
        with self._lock:
            self._call()

    def seconds_left(self) -> float:
        """Seconds until the next invocation is due."""
        return max(0.0, self._due_at - time.monotonic())

    def _call(self) -> None:
        self._function.invoke(schedule_event())
        self.handled += 1
