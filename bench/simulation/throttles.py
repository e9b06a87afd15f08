"""Limits of AWS as arithmetic over whole seconds: token buckets, a table's partitions, a function's environments.

Nothing here is measured, and no clock runs: whoever asks says what a second brings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass
class TokenBucket:
    """`rate` tokens more each second, never more than `depth` kept; it begins full."""

    rate: float
    depth: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.depth

    def take(self, wanted: float) -> float:
        """How many of `wanted` go through in this second; then the second ends and tokens come."""
        given = min(wanted, self.tokens)
        self.tokens = min(self.depth, self.tokens - given + self.rate)
        return given


def shares(wanted: Sequence[float], capacity: float) -> float:
    """The part of every wish that is granted when all are cut alike."""
    total = sum(wanted)
    return 1.0 if total <= capacity else capacity / total


@dataclass
class OnDemandTable:
    """The partitions of an on-demand table, and which of them holds each key.

    Keys lie at fixed places between 0 and 1, and partitions are stretches of that line. A partition takes
    `partition_units` a second and not one more. One that is too hot is split half way between its keys `split_after`
    seconds after it began to throttle; one that holds a single key cannot be split (the local index keeps it whole).
    The table as a whole takes `table.rate`, with what it did not use in the last minutes on top.
    """

    places: Sequence[float]
    partition_units: float
    table: TokenBucket
    split_after: int
    edges: list[float]
    hot_since: dict[int, int] = field(default_factory=dict)
    _held: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._held = self._found()

    def partition_of(self, key: int) -> int:
        """The partition that holds a key."""
        return self._held[key]

    def _found(self) -> list[int]:
        return [sum(1 for edge in self.edges if place >= edge) for place in self.places]

    @property
    def partitions(self) -> int:
        """How many there are."""
        return len(self.edges) + 1

    def take(self, second: int, wanted: Mapping[int, float]) -> dict[int, float]:
        """The part of each key's wish that is granted in this second, by key."""
        by_partition: dict[int, dict[int, float]] = {}
        for key, units in wanted.items():
            by_partition.setdefault(self.partition_of(key), {})[key] = units
        granted: dict[int, float] = {}
        for partition, wishes in by_partition.items():
            part = shares(list(wishes.values()), self.partition_units)
            self._note(second, partition, is_hot=part < 1)
            granted |= dict.fromkeys(wishes, part)
        passed = sum(units * granted[key] for key, units in wanted.items())
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
        self._held = self._found()
        self.hot_since.clear()


@dataclass
class Environments:
    """The environments of one function: how many are warm, how fast there may be more, what they answer in a second."""

    most: int
    starts: TokenBucket  # how many may be started
    requests_each: float  # a second, by how long a request takes, and by Lambda's own limit
    cold_seconds: float
    warm: float = 0.0
    starting: list[tuple[float, int]] = field(default_factory=list)

    def take(self, second: int, requests: float) -> float:
        """How many requests are answered in this second; one that starts an environment waits for it, and is answered."""
        self.warm += sum(n for n, ready in self.starting if ready <= second)
        self.starting = [(n, ready) for n, ready in self.starting if ready > second]
        by_warm = min(requests, self.warm * self.requests_each)
        started = self.starts.take(max(0.0, min(requests - by_warm, self.most - self.in_use)))
        if started > 0:
            self.starting.append((started, second + max(1, round(self.cold_seconds))))
        return by_warm + max(0.0, started)

    @property
    def in_use(self) -> float:
        """Warm ones and those that start."""
        return self.warm + sum(n for n, _ in self.starting)
