"""Which tests run which block: recorded once, brought up to date for test files that changed, kept in `.cache/mutation`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.mutation.recorder import instrumented

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.mutation.copies import WorkingCopy
    from tools.mutation.mutants import Mutant

# Tests of what is not deployed, and of pages in a browser: they say little of a fault in the app, and take long.
APART = ("bench", "chaos", "client", "deploy", "docs", "e2e", "kit", "local", "tools")
MARKED = "not browser and not slow"
NO_TESTS = 5  # what pytest ends with when none of a file's tests is wanted
KEPT = "record.json"
TOOLS = Path(__file__).resolve().parents[2]  # the recorder is found there; all else in the copy, which comes first


@dataclass(frozen=True, slots=True)
class Recorded:
    """A test: its id without parameters, its seconds, the blocks (`path:function#number`) that it runs."""

    id: str
    seconds: float
    blocks: frozenset[str]

    @property
    def file(self) -> str:
        """The file that it is in."""
        return self.id.partition("::")[0]


@dataclass(slots=True)
class Record:
    """Every test that passed when it was recorded, and what each test file said then."""

    tests: dict[str, Recorded] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant) -> list[Recorded]:
        """The tests worth running: those that run its block, then others of its function; the most specific first.

        A fault in a module's own statements, or in a class, is seen by whatever runs anything of the module.
        """
        block = f"{mutant.path}:{mutant.block.name}"
        function = block.rpartition("#")[0] if mutant.block.function else f"{mutant.path}:"
        near = [one for one in self.tests.values() if block in one.blocks]
        found = near or [one for one in self.tests.values() if any(name.startswith(function) for name in one.blocks)]
        return sorted(found, key=lambda one: (len(one.blocks), one.seconds, one.id))


def test_files(folder: Path) -> dict[str, str]:
    """The test files that are recorded, with what they say in short."""
    found = sorted(one.relative_to(folder).as_posix() for one in (folder / "tests").rglob("test_*.py"))
    wanted = [one for one in found if one.split("/")[1] not in APART]
    return {one: hashlib.sha256((folder / one).read_bytes()).hexdigest()[:16] for one in wanted}


def load(path: Path) -> Record:
    """What was kept, or an empty record."""
    if not path.exists():
        return Record()
    kept = json.loads(path.read_text())
    names: list[str] = kept["blocks"]
    tests = {
        one: Recorded(one, seconds, frozenset(names[place] for place in places))
        for one, (seconds, places) in kept["tests"].items()
    }
    return Record(tests, kept["digests"])


def save(record: Record, path: Path) -> None:
    """Keeps a record; each block is named once."""
    names = sorted({block for one in record.tests.values() for block in one.blocks})
    place = {name: number for number, name in enumerate(names)}
    tests = {one.id: [one.seconds, sorted(place[block] for block in one.blocks)] for one in record.tests.values()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"blocks": names, "tests": tests, "digests": record.digests}))


def brought_up_to_date(record: Record, copy: WorkingCopy, jobs: int) -> Record:
    """The record with test files that are new or changed run once more, and without those that are gone."""
    digests = test_files(copy.folder)
    stale = [one for one, digest in digests.items() if record.digests.get(one) != digest]
    kept = {one.id: one for one in record.tests.values() if one.file in digests and one.file not in stale}
    if stale:
        print(f"recording what {len(stale)} test files run ...", flush=True)
        kept |= _recorded(copy, stale, jobs)
    return Record(kept, digests)


def compile_everything(copy: WorkingCopy) -> None:
    """Keeps the sources and the tests compiled in the copy: no mutant should wait for what did not change."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        *test_files(copy.folder),
    ]
    subprocess.run(command, cwd=copy.folder, check=False, capture_output=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "."], cwd=copy.folder, check=False, capture_output=True)


def _recorded(copy: WorkingCopy, files: Iterable[str], jobs: int) -> dict[str, Recorded]:
    sources = [one.relative_to(copy.folder).as_posix() for one in (copy.folder / "chalicelib").rglob("*.py")]
    texts = {one: instrumented(one, text) for one in sources if (text := (copy.folder / one).read_text())}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tools.mutation.recorder", "-p", "no:cacheprovider"]
    command += [*(["-n", str(jobs)] if jobs > 1 else []), "-m", MARKED, *files]
    with copy.changed(texts), tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"MUTATION_RECORD": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(TOOLS)}
        done = subprocess.run(command, cwd=copy.folder, env=environment, check=False, capture_output=True, text=True)
        if done.returncode not in {0, 1, NO_TESTS}:
            raise RuntimeError(f"the tests did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        print(done.stdout.rstrip().rpartition("\n")[2], flush=True)
        return _collected(Path(folder))


def _collected(folder: Path) -> dict[str, Recorded]:
    seconds: dict[str, float] = defaultdict(float)
    blocks: dict[str, set[str]] = defaultdict(set)
    failed: set[str] = set()
    for path in folder.glob("*.json"):
        told = json.loads(path.read_text())
        failed.update(told["failed"])
        for test, (spent, seen) in told["tests"].items():
            seconds[test] += spent
            blocks[test].update(seen)
    for test in sorted(failed):
        print(f"left out, as it fails without any fault: {test}", flush=True)
    return {
        one: Recorded(one, seconds[one], frozenset(blocks[one])) for one in seconds if one not in failed and blocks[one]
    }
