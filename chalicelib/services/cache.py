"""A small cache with an age limit: it never stores a failure, and hands out what is older only to a caller who asks for it."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    value: Value
    since: datetime
    fresh_seconds: float


@dataclass(slots=True)
class Cache(Generic[Key, Value]):
    """Holds up to `max_entries` values, each fresh for at most `max_age_seconds`; evicts the oldest first.

    With `spread`, a value is fresh for up to that share of the time less, at random: a thousand containers that began
    together then do not read together. `dice` returns from 0 to 1.
    """

    max_age_seconds: float
    clock: Callable[[], datetime]
    max_entries: int = 512
    spread: float = 0.0
    dice: Callable[[], float] = random.random
    _entries: dict[Key, _Entry[Value]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Key) -> Value | None:
        """Returns the value under `key`, or None when there is none or it is no longer fresh."""
        entry = self._entries.get(key)
        if entry is None or self._age(entry) >= entry.fresh_seconds:
            return None
        return entry.value

    def find_older(self, key: Key, *, max_age_seconds: float, again_after_seconds: float) -> Value | None:
        """Returns the value under `key` at up to that age, for when no newer one can be had; None if there is none.

        It counts as fresh for up to `again_after_seconds` more, at random, so that not every caller tries in vain.
        """
        entry = self._entries.get(key)
        if entry is None or self._age(entry) >= max_age_seconds:
            return None
        fresh_seconds = min(max_age_seconds, self._age(entry) + again_after_seconds * (1 - self.spread * self.dice()))
        with self._lock:
            self._entries[key] = _Entry(entry.value, entry.since, fresh_seconds)
        return entry.value

    def put(self, key: Key, value: Value, *, since: datetime | None = None) -> Value:
        """Stores `value`, as it has been `since` then or is now, and returns it."""
        entry = _Entry(value, since or self.clock(), self.max_age_seconds * (1 - self.spread * self.dice()))
        with self._lock:
            self._entries.pop(key, None)
            while len(self._entries) >= self.max_entries:
                self._entries.pop(next(iter(self._entries)))
            self._entries[key] = entry
        return value

    def remove(self, key: Key) -> None:
        """Removes the value under `key`, if there is one."""
        with self._lock:
            self._entries.pop(key, None)

    def _age(self, entry: _Entry[Value]) -> float:
        return (self.clock() - entry.since).total_seconds()
