"""A small cache with an age limit: it never returns anything older, and never stores a failure."""

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
    """Holds up to `max_entries` values for `max_age_seconds`; evicts the oldest first."""

    max_age_seconds: float
    clock: Callable[[], datetime]
    max_entries: int = 512
    _entries: dict[Key, tuple[datetime, Value]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Key) -> Value | None:
        """Returns the value under `key`, or None when there is none or it is too old."""
        entry = self._entries.get(key)
        if entry is None or (self.clock() - entry[0]).total_seconds() >= self.max_age_seconds:
            return None
        return entry[1]

    def put(self, key: Key, value: Value) -> Value:
        """Stores `value` and returns it."""
        with self._lock:
            self._entries.pop(key, None)
            while len(self._entries) >= self.max_entries:
                self._entries.pop(next(iter(self._entries)))
            self._entries[key] = (self.clock(), value)
        return value

    def remove(self, key: Key) -> None:
        """Removes the value under `key`, if there is one."""
        with self._lock:
            self._entries.pop(key, None)
