"""AWS's limits as arithmetic over whole seconds: token buckets, a table's partitions, a function's environments.

Nothing here is measured, and no clock runs: callers say what happens in each second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class TokenBucket:
    """Gains `rate` tokens per second and holds at most `depth`; it starts full."""

    rate: float
    depth: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.depth

    def take(self, requested: float) -> float:
        """How much of `requested` is granted in this second; then tokens for the next one are added."""
        granted = min(requested, self.tokens)
        self.tokens = min(self.depth, self.tokens - granted + self.rate)
        return granted


def granted_share(requested: Sequence[float], capacity: float) -> float:
    """The share of every request that is granted when all are cut equally."""
    total = sum(requested)
    return 1.0 if total <= capacity else capacity / total


@dataclass
class OnDemandTable:
    """The partitions of an on-demand table, and which of them holds each key.

    Keys are at fixed places between 0 and 1, and partitions are intervals of that line. A partition grants at most
    `partition_units` per second. A hot one is split half way between its keys `split_after` seconds after it began to
    throttle; one with a single key cannot be split (the local index keeps it whole). The whole table grants
    `table.rate`, plus what it did not use in the last minutes.
    """

    places: Sequence[float]
    partition_units: float
    table: TokenBucket
    split_after: int
    edges: list[float]
    hot_since: dict[int, int] = field(default_factory=dict)
    _partitions: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._partitions = self._locate()

    def partition_of(self, key: int) -> int:
        """The partition that holds a key."""
        return self._partitions[key]

    def _locate(self) -> list[int]:
        return [sum(1 for edge in self.edges if place >= edge) for place in self.places]

    @property
    def partitions(self) -> int:
        """The number of partitions."""
        return len(self.edges) + 1

    def take(self, second: int, requested: Mapping[int, float]) -> dict[int, float]:
        """The share of each key's request that is granted in this second, by key."""
        by_partition: dict[int, dict[int, float]] = {}
        for key, units in requested.items():
            by_partition.setdefault(self.partition_of(key), {})[key] = units
        granted: dict[int, float] = {}
        for partition, requests in by_partition.items():
            part = granted_share(list(requests.values()), self.partition_units)
            self._note(second, partition, is_hot=part < 1)
            granted |= dict.fromkeys(requests, part)
        passed = sum(units * granted[key] for key, units in requested.items())
        whole = self.table.take(passed) / passed if passed else 1.0
        self._split(second)
        return {key: part * whole for key, part in granted.items()}

    def _note(self, second: int, partition: int, *, is_hot: bool) -> None:
        if is_hot:
            self.hot_since.setdefault(partition, second)
        else:
            self.hot_since.pop(partition, None)

    def _split(self, second: int) -> None:
        due = [one for one, since in self.hot_since.items() if second - since >= self.split_after]
        if not due:
            return
        for partition in sorted(due, reverse=True):
            keys = sorted(self.places[key] for key in range(len(self.places)) if self.partition_of(key) == partition)
            if len(keys) > 1:
                middle = len(keys) // 2
                self.edges.append((keys[middle - 1] + keys[middle]) / 2)
                self.table.rate += self.partition_units
        self.edges.sort()
        self._partitions = self._locate()
        self.hot_since.clear()


@dataclass
class Environments:
    """The environments of one function: how many are warm, how fast more can start, and what they answer per second."""

    limit: int
    starts: TokenBucket  # how many may be started
    requests_each: float  # per second, by the duration of a request and Lambda's own limit
    cold_seconds: float
    warm: float = 0.0
    starting: list[tuple[float, int]] = field(default_factory=list)

    def take(self, second: int, requests: float) -> float:
        """How many requests are answered; one that starts an environment waits for it and is answered too."""
        self.warm += sum(n for n, ready in self.starting if ready <= second)
        self.starting = [(n, ready) for n, ready in self.starting if ready > second]
        by_warm = min(requests, self.warm * self.requests_each)
        started = self.starts.take(max(0.0, min(requests - by_warm, self.limit - self.in_use)))
        if started > 0:
            self.starting.append((started, second + max(1, round(self.cold_seconds))))
        return by_warm + max(0.0, started)

    @property
    def in_use(self) -> float:
        """Warm and starting environments."""
        return self.warm + sum(n for n, _ in self.starting)
