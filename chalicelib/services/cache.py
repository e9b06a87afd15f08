"""A small memory with an age limit; it never serves what is older, and never remembers a failure."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(slots=True)
class Cache(Generic[Key, Value]):
    """Remembers up to `most` values for `seconds`; the oldest go first."""

    seconds: float
    clock: Callable[[], datetime]
    most: int = 512
    _kept: dict[Key, tuple[datetime, Value]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Key) -> Value | None:
        """What is remembered under `key` and young enough."""
        kept = self._kept.get(key)
        if kept is None or (self.clock() - kept[0]).total_seconds() >= self.seconds:
            return None
        return kept[1]

    def keep(self, key: Key, value: Value) -> Value:
        """Remembers and returns `value`."""
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= self.most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (self.clock(), value)
        return value

    def forget(self, key: Key) -> None:
        """Drops what is remembered under `key`."""
        with self._lock:
            self._kept.pop(key, None)
