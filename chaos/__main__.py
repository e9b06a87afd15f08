"""`make chaos`: breaks a stack of its own while people sign, then reports; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import secrets
import sys
import tempfile
from pathlib import Path

from chaos.run import run

MARKER = "<!-- figures: written by `make chaos MARKDOWN=docs/faults.md` -->\n"


def main() -> int:
    """Run once; return the exit code."""
    options = _parser().parse_args()
    logging.getLogger().addHandler(logging.NullHandler())  # failures are provoked here: they are counted, not shown
    seed = options.seed if options.seed is not None else secrets.randbelow(10_000)
    print(f"seed {seed}: about {options.seconds + 20:.0f} s ...", file=sys.stderr, flush=True)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    report = run(seed=seed, seconds=options.seconds, signers=options.signatures, folder=folder)
    print(report.as_json() if options.json else report.as_text())
    if options.markdown:
        _write(options.markdown, report.as_markdown(dt.datetime.now(dt.UTC).date().isoformat()))
    if report.violations:
        print(f"Tables, outbox and logs are in {folder}", file=sys.stderr)
        return 1
    _remove(folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeat the plan of an earlier run (default: a new one)")
    parser.add_argument("--seconds", type=float, default=60, help="how long faults are injected at most (default 60)")
    parser.add_argument("--signatures", type=int, default=600, help="how many people sign at most (default 600)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file, below its marker")
    return parser


def _write(page: Path, tables: str) -> None:
    """Replace everything below the marker."""
    prose, marker, _ = page.read_text().partition(MARKER)
    page.write_text(f"{prose}{marker or MARKER}\n{tables}")


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
