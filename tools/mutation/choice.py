"""Which tests to run for a mutant, and in which order: those most likely to notice it first."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.mutation.mutants import Mutant
    from tools.mutation.records import Record, Recorded

# Most faults are noticed by the first few: collecting more takes longer than running them.
PARTS = (8, 32)


@dataclass(slots=True)
class Choice:
    """At most `most` tests, and `seconds` of the processor as recorded; it learns which tests notice faults of a module."""

    record: Record
    most: int
    seconds: float
    _noticed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def tests_for(self, mutant: Mutant) -> list[Recorded]:
        """The tests that run the mutant's line, best first, within the limits; at least one, if there is any."""
        chosen: list[Recorded] = []
        left = self.seconds
        for test in self._ordered(mutant):
            left -= test.seconds
            if chosen and (left < 0 or len(chosen) >= self.most):
                break
            chosen.append(test)
        return chosen

    def learn(self, mutant: Mutant, test: str) -> None:
        """That `test` noticed a mutant."""
        self._noticed[mutant.path][test] += 1

    def _ordered(self, mutant: Mutant) -> list[Recorded]:
        """Tests that noticed another fault here, then one of each file in turn, files that share words with the module first."""
        found = self.record.tests_of(mutant)
        noticed = self._noticed[mutant.path]
        first = sorted((one for one in found if noticed[one.id]), key=lambda one: -noticed[one.id])
        by_file: dict[str, list[Recorded]] = defaultdict(list)
        for one in found:
            if not noticed[one.id]:
                by_file[one.file].append(one)
        words = _words(mutant.path)
        files = sorted(by_file, key=lambda file: -len(words & _words(file)))
        rounds = zip_longest(*(by_file[file] for file in files))
        return [*first, *(one for tests in rounds for one in tests if one)]


def _words(path: str) -> set[str]:
    """The words that a file is named by, its folder's too."""
    parts = Path(path).with_suffix("").parts[-2:]
    return {word.rstrip("s") for part in parts for word in part.split("_")} - {"test", "api"}


def in_parts(tests: list[Recorded]) -> Iterator[list[Recorded]]:
    """The tests, the first few apart."""
    begin = 0
    for end in (*PARTS, len(tests)):
        if part := tests[begin:end]:
            yield part
        begin = end
