"""Runs the tests of each mutant in a copy, a few mutants at once, in bounded time each."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.mutation.choice import in_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tools.mutation.choice import Choice
    from tools.mutation.copies import WorkingCopy
    from tools.mutation.mutants import Mutant
    from tools.mutation.records import Recorded

MOST_CHECKED = 8
SPARE_SECONDS = 20  # of the processor, to import everything and collect the tests
SLOWER = 4  # a fault may take longer ways


class Outcome(StrEnum):
    """What became of a mutant. Only `survived` and `untested` say that a test is missing."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant, what became of it, the test that noticed it, and how many were run of how many there are."""

    mutant: Mutant
    outcome: Outcome
    test: str = ""
    error: str = ""
    run: int = 0
    of: int = 0

    @property
    def is_noticed(self) -> bool:
        """True when a test failed for it, or never ended."""
        return self.outcome in {Outcome.KILLED, Outcome.TIMEOUT}


@dataclass(slots=True)
class Runner:
    """Runs mutants of `sources` (by path) on `jobs` copies."""

    copy: WorkingCopy
    sources: dict[str, str]
    choice: Choice
    jobs: int = 1

    def run(self, mutants: Sequence[Mutant], told: Callable[[Result], None] = lambda _: None) -> list[Result]:
        """The result of every mutant, in their order; `told` hears of each when it is there."""
        with ExitStack() as stack:
            workers: queue.Queue[tuple[WorkingCopy, subprocess.Popen[str]]] = queue.Queue()
            for number in range(self.jobs):
                copy = self.copy if not number else self._twin(stack)
                process = stack.enter_context(_worker(copy))
                self._check(process, mutants)
                workers.put((copy, process))

            def work(mutant: Mutant) -> Result:
                copy, process = workers.get()
                try:
                    result = self._result(mutant, copy, process)
                finally:
                    workers.put((copy, process))
                told(result)
                return result

            pool = stack.enter_context(ThreadPoolExecutor(self.jobs))
            return list(pool.map(work, mutants))

    def _check(self, process: subprocess.Popen[str], mutants: Sequence[Mutant]) -> None:
        """Raises RuntimeError when tests fail though no fault was made: then nothing that follows would mean anything."""
        tests = next((found for one in mutants if (found := self.choice.tests_for(one))), [])
        for part in in_parts(tests[:MOST_CHECKED]):
            answer = _ask(process, part)
            if answer["outcome"] != "passed":
                raise RuntimeError(f"fails without any fault: {answer}")

    def _twin(self, stack: ExitStack) -> WorkingCopy:
        return self.copy.twin(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "copy")

    def _result(self, mutant: Mutant, copy: WorkingCopy, process: subprocess.Popen[str]) -> Result:
        chosen, there = self.choice.tests_for(mutant), len(self.choice.record.tests_of(mutant))
        with copy.changed({mutant.path: mutant.edit.apply(self.sources[mutant.path])}):
            for part in in_parts(chosen):
                answer = _ask(process, part)
                if answer["outcome"] != "passed":
                    self.choice.learn(mutant, answer["test"])
                    outcome = Outcome.TIMEOUT if answer["outcome"] == "timeout" else Outcome.KILLED
                    return Result(mutant, outcome, answer["test"], answer["error"], len(chosen), there)
        return Result(mutant, Outcome.SURVIVED if there else Outcome.UNTESTED, run=len(chosen), of=there)


@contextmanager
def _worker(copy: WorkingCopy) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=copy.folder, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _ask(process: subprocess.Popen[str], tests: Sequence[Recorded]) -> dict[str, Any]:
    """What the worker says; `tests` may take `SLOWER` times what they took, and some more."""
    assert process.stdin is not None
    assert process.stdout is not None
    seconds = SPARE_SECONDS + SLOWER * sum(one.seconds for one in tests)
    request = {"tests": [one.id for one in tests], "seconds": int(seconds)}
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("the worker is gone")
    answer: dict[str, Any] = json.loads(line)
    if answer["outcome"] == "broken":
        raise RuntimeError("the tests did not run")
    return answer
