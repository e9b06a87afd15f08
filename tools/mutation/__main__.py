"""`python -m tools.mutation`: mutates what changed, or what is named, and prints every fault that no test noticed."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.mutation.changes import changed_lines_since, default_revision, files_under
from tools.mutation.choice import Choice
from tools.mutation.copies import copy_of
from tools.mutation.equivalents import Equivalents
from tools.mutation.mutants import Mutant, mutants_of
from tools.mutation.records import KEPT, brought_up_to_date, compile_everything, load, save
from tools.mutation.reports import Progress, as_json, report
from tools.mutation.runs import Runner

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(".cache/mutation") / KEPT


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a mutant survived, 0 when every one was noticed or there was none."""
    options = _parser().parse_args(arguments)
    root: Path = options.root
    sources, mutants = _wanted(root, options)
    known = Equivalents.load()
    mutants = [one for one in mutants if not known.holds(one, sources[one.path])]
    if options.most and len(mutants) > options.most:
        dice = random.Random(options.seed)  # noqa: S311 - a sample
        mutants = sorted(dice.sample(mutants, options.most), key=lambda one: (one.path, one.edit.start))
    if not mutants:
        print("nothing to mutate")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_of(root, Path(folder) / "copy")
        record = brought_up_to_date(load(root / RECORD), copy, options.jobs)
        save(record, root / RECORD)
        if options.without:
            record.tests = {one.id: one for one in record.tests.values() if one.file not in options.without}
        compile_everything(copy)
        runner = Runner(copy, sources, Choice(record, options.tests, options.seconds), jobs=options.jobs)
        results = runner.run(mutants, Progress(len(mutants)))
    if options.json:
        Path(options.json).write_text(json.dumps(as_json(results, sources), indent=1))
    print(report(results, sources))
    return int(any(not one.is_noticed for one in results))


def _wanted(root: Path, options: argparse.Namespace) -> tuple[dict[str, str], list[Mutant]]:
    """The sources to mutate, and their mutants: on the lines that changed, or all of the files that are named."""
    if options.within:
        lines = dict.fromkeys(files_under(root, options.within))
    else:
        revision = options.since or default_revision(root)
        print(f"mutating what changed since {revision}")
        lines = changed_lines_since(root, revision)
    sources = {path: (root / path).read_text() for path in lines}
    found = [one for path, text in sources.items() for one in mutants_of(path, text)]
    return sources, [one for one in found if (only := lines[one.path]) is None or one.line in only]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument(
        "--since", default="", help="a revision: mutate the lines that changed since (default: origin/main)"
    )
    parser.add_argument("--in", dest="within", nargs="+", default=[], help="files or folders to mutate whole")
    parser.add_argument("--most", type=int, default=0, help="a sample of so many mutants (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="which sample")
    parser.add_argument("--tests", type=int, default=400, help="run at most so many tests for a mutant")
    parser.add_argument("--seconds", type=float, default=120.0, help="and at most so many seconds of them, as recorded")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at once")
    parser.add_argument(
        "--without", nargs="+", default=[], help="test files to do without: what would they be missed for?"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the tree (default: this one)")
    parser.add_argument("--json", default="", help="a file for all results")
    return parser


if __name__ == "__main__":
    os.nice(10)
    sys.exit(main())
