"""What is printed: each survivor with its place and its diff, and a score for each package."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.mutation.runs import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Progress:
    """A mark for each mutant on standard error: `.` noticed, `S` survived."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0

    def __call__(self, result: Result) -> None:
        """Tells of one more."""
        self._done += 1
        sys.stderr.write("." if result.is_noticed else "S")
        if self._done % 50 == 0 or self._done == self._total:
            sys.stderr.write(f" {self._done}/{self._total}\n")
        sys.stderr.flush()


def report(results: Sequence[Result], sources: Mapping[str, str]) -> str:
    """Everything, as text."""
    return "\n".join([*_survivors(results, sources), *_scores(results)])


def _survivors(results: Sequence[Result], sources: Mapping[str, str]) -> Iterator[str]:
    for one in results:
        if not one.is_noticed:
            mutant = one.mutant
            how = "no test runs it" if one.outcome is Outcome.UNTESTED else f"{one.run} of {one.of} tests passed"
            yield f"{mutant.path}:{mutant.line}: {mutant.kind} ({how})"
            yield from (f"    {line}" for line in mutant.diff(sources[mutant.path]))
            yield ""


def _scores(results: Sequence[Result]) -> Iterator[str]:
    packages: dict[str, Counter[bool]] = defaultdict(Counter)
    for one in results:
        packages[str(Path(one.mutant.path).parent)][one.is_noticed] += 1
    width = max(map(len, packages))
    for package, counts in sorted(packages.items()):
        yield f"{package:{width}}  {score(counts)}"
    if len(packages) > 1:
        yield f"{'all':{width}}  {score(sum(packages.values(), Counter()))}"


def score(counts: Mapping[bool, int]) -> str:
    """How many were noticed of how many, and the share in percent, rounded down: 100 % is all."""
    total = counts[True] + counts[False]
    return f"{counts[True]} of {total} noticed, {100 * counts[True] // total} %"


def as_json(results: Sequence[Result], sources: Mapping[str, str]) -> list[dict[str, Any]]:
    """All results, for other programs."""
    return [
        {
            "path": one.mutant.path,
            "line": one.mutant.line,
            "kind": one.mutant.kind,
            "diff": one.mutant.diff(sources[one.mutant.path]),
            "outcome": str(one.outcome),
            "test": one.test,
            "error": one.error,
        }
        for one in results
    ]
