"""A thread that calls one step over and over, at once when woken; a failing step never ends it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("local.worker")
POLL_SECONDS = 0.5
PAUSE_AFTER_FAILURE_SECONDS = 1.0


class Worker:
    """Calls `step` when woken, or after `pause(result of the step)` seconds."""

    def __init__(self, name: str, step: Callable[[], Any], *, pause: Callable[[Any], float]) -> None:
        self._step = step
        self._pause = pause
        self._woken = threading.Event()
        self._stopping = False
        self.is_paused = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Make it step now."""
        self._woken.set()

    def stop(self) -> None:
        """Stop after the current step; `join` waits for that."""
        self._stopping = True
        self._woken.set()

    def join(self) -> None:
        """Wait until the thread has ended, at most 10 seconds."""
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                pause = POLL_SECONDS if self.is_paused else self._pause(self._step())
            except Exception:
                if self._stopping:
                    return
                log.exception("%s failed and will try again", self._thread.name)
                pause = PAUSE_AFTER_FAILURE_SECONDS
            self._woken.wait(pause)
