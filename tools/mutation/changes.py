"""What to mutate: the lines that changed since a revision, as git has them, or the files under a folder."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SOURCES = "chalicelib"
HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def default_revision(root: Path) -> str:
    """`origin/main` where there is one, otherwise the commit before this one."""
    known = subprocess.run(["git", "-C", str(root), "rev-parse", "-q", "--verify", "origin/main"],
                           check=False, capture_output=True)  # fmt: skip
    return "HEAD~1" if known.returncode else "origin/main"


def changed_lines_since(root: Path, revision: str) -> dict[str, set[int] | None]:
    """Lines (from 1) that are new or changed in the tree at `root`, by file; None for a file that git does not know yet."""
    command = [
        "git",
        "-C",
        str(root),
        "diff",
        "-U0",
        "--no-ext-diff",
        "--diff-filter=d",
        revision,
        "--",
        f"{SOURCES}/*.py",
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, set[int] | None] = {}
    lines: set[int] = set()
    for line in told.splitlines():
        if line.startswith("+++ b/"):
            lines = set()
            found[line.removeprefix("+++ b/")] = lines
        elif hunk := HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines.update(range(first, first + count))
    command = ["git", "-C", str(root), "ls-files", "-o", "--exclude-standard", "--", f"{SOURCES}/*.py"]
    new = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return found | dict.fromkeys(new.splitlines())


def files_under(root: Path, names: Iterable[str]) -> list[str]:
    """Python files that `names` are, or hold, by their paths from the root. Raises FileNotFoundError for what is not there."""
    found: list[str] = []
    for name in names:
        path = root / name
        if not path.exists():
            raise FileNotFoundError(name)
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        found += [one.relative_to(root).as_posix() for one in files]
    return found
