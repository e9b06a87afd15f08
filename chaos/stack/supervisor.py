"""Keeps processes running: restarts killed ones after a moment, and records those that crashed."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.stack.processes import Process

PAUSES = (0.05, 0.5)
LOOK_SECONDS = 0.02
STOP_SECONDS = 30


class Supervisor:
    """`kills` are `(process, time)`, by `time.monotonic`; `crashes` names processes that ended by themselves."""

    def __init__(self, processes: Sequence[Process], seed: str) -> None:
        self.processes = {process.name: process for process in processes}
        self._random = random.Random(seed)  # noqa: S311  # a schedule
        self._lock = threading.Lock()
        self._back_at: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self.kills: list[tuple[str, float]] = []
        self.crashes: list[str] = []

    def start(self) -> None:
        """Start watching; the caller starts the processes."""
        self._thread.start()

    def kill(self, name: str) -> bool:
        """Send SIGKILL; False when the process was not running."""
        with self._lock:
            if self._stopping.is_set() or name in self._back_at or not self.processes[name].kill():
                return False
            self._back_at[name] = time.monotonic() + self._random.uniform(*PAUSES)
            self.kills.append((name, time.monotonic()))
            return True

    def stop(self, *, except_for: str = "") -> None:
        """Stop restarting, and stop all processes except one, in reverse order."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        for name, process in reversed(self.processes.items()):
            if name in self._back_at and name == except_for:
                process.start()
            if name != except_for:
                process.stop()
        self._back_at.clear()

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            with self._lock:
                self._look()

    def _look(self) -> None:
        for name, process in self.processes.items():
            if not process.has_ended:
                continue
            if name not in self._back_at:
                self.crashes.append(name)
                self._back_at[name] = 0
            if self._back_at[name] <= time.monotonic():
                del self._back_at[name]
                process.start()
