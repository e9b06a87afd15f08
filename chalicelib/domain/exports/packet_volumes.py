"""How the names of a large packet are divided into volumes, each a file that a reader opens."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# So many are read and typeset within the life of a function, and sent as one file.
MAX_NAMES = 1_000_000
# So many are typeset in 200 MB of memory, and are a file of 10 MB with 900 pages.
NAMES_IN_A_VOLUME = 100_000
SPARE, NEAR = 0.1, 0.04


@dataclass(frozen=True, slots=True)
class Volume:
    """One of several files: its `number`, from 1, of how many, and how many names are before it and in it."""

    number: int = 1
    volumes: int = 1
    before: int = 0
    names: int = 0

    @property
    def is_only(self) -> bool:
        """True when there is no other."""
        return self.volumes == 1

    @property
    def file_name(self) -> str:
        """What the file is called in the packet."""
        return "packet.pdf" if self.is_only else f"packet-{self.number}.pdf"


def volumes_of(groups: Sequence[int], most: int = NAMES_IN_A_VOLUME) -> list[Volume]:
    """The volumes for groups of so many names, about as long as each other: each ends with a group if one ends near there."""
    ends = list(accumulate(groups, initial=0))
    total = ends[-1]
    # With a tenth to spare, so that an end may move.
    count = 1 if total <= most else ceil(total * (1 + SPARE) / most)
    cuts = [0, *(_cut(ends, total * number / count, near=NEAR * total / count) for number in range(1, count)), total]
    return [
        Volume(number, count, before, after - before) for number, (before, after) in enumerate(pairwise(cuts), start=1)
    ]


def _cut(ends: Sequence[int], ideal: float, *, near: float) -> int:
    """The end of a group next to `ideal`, if it is not farther than `near`; else a place between two names."""
    place = bisect_left(ends, ideal)
    closest = min(ends[max(0, place - 1) : place + 1], key=lambda end: abs(end - ideal))
    return closest if abs(closest - ideal) <= near else round(ideal)
