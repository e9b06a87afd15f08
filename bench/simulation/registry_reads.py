"""How often environments read a campaign and its counters from the Registry, and what the limit of one partition refuses them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.simulation.throttles import TokenBucket

# As in the app: how long a campaign is cached, by how much less at random, and when a refused read is tried again.
CACHED_SECONDS, SPREAD, AGAIN_SECONDS = 30, 0.3, 5
UNITS_PER_KB = 1 / 8  # eventually consistent: half a unit for 4 KB


@dataclass(frozen=True, slots=True)
class Reading:
    """What the app does about it. `tally_kb` is the size of one bucket's counters."""

    tally_kb: float
    buckets: int
    has_jitter: bool = True
    serves_known: bool = True
    has_sums: bool = True

    @property
    def first_units(self) -> float:
        """Read units of an environment's first read: the campaign and every bucket."""
        return (1 + self.buckets * self.tally_kb) * UNITS_PER_KB

    @property
    def later_units(self) -> float:
        """Read units of each later one, also of one that follows a refusal."""
        return (1 + self.tally_kb) * UNITS_PER_KB if self.has_sums else self.first_units


@dataclass
class RegistryReads:
    """The environments of one function by the second of their last read, and the partition that they read from."""

    reading: Reading
    partition: TokenBucket
    requested: list[float] = field(default_factory=list)  # units, by second
    _read_at: dict[int, float] = field(default_factory=dict)
    _again_at: dict[int, float] = field(default_factory=dict)  # known, but their last read was refused
    _unread: float = 0.0

    def take(self, second: int, environments: float) -> float:
        """The share of the environments that cannot answer in this second, as they could not read the campaign."""
        known = sum(self._read_at.values()) + sum(self._again_at.values())
        new = max(0.0, environments - known - self._unread)
        due = self._due(second) + self._again_at.pop(second, 0.0)
        units = new * self.reading.first_units + (self._unread + due) * self.reading.later_units
        self.requested.append(units)
        granted = self.partition.take(units) / units if units else 1.0
        new, self._unread = new + self._unread, (new + self._unread) * (1 - granted)
        if read := (new + due) * granted:
            self._read_at[second] = self._read_at.get(second, 0.0) + read
        if refused := due * (1 - granted):
            again = second + (AGAIN_SECONDS if self.reading.serves_known else 1)
            self._again_at[again] = self._again_at.get(again, 0.0) + refused
        cannot = self._unread + (0.0 if self.reading.serves_known else refused)
        return cannot / environments if environments else 0.0

    def _due(self, second: int) -> float:
        """Those whose campaign is too old now; with jitter the same share of a cohort in each second of the spread."""
        earliest = round(CACHED_SECONDS * (1 - SPREAD)) if self.reading.has_jitter else CACHED_SECONDS
        due = 0.0
        for read_at, number in list(self._read_at.items()):
            age = second - read_at
            if age < earliest:
                continue
            part = number / (CACHED_SECONDS - age + 1) if age < CACHED_SECONDS else number
            due += part
            self._read_at[read_at] = number - part
            if age >= CACHED_SECONDS:
                del self._read_at[read_at]
        return due
