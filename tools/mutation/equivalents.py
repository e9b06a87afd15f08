"""Mutants that no test can tell from the original, each with its reason, in `equivalents.toml`; they are not run."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.mutation.mutants import Mutant

LIST = Path(__file__).with_name("equivalents.toml")


@dataclass(frozen=True, slots=True)
class Equivalents:
    """Each as `(path, line before, line after)`, without indentation."""

    known: frozenset[tuple[str, str, str]]

    @classmethod
    def load(cls, path: Path = LIST) -> Equivalents:
        """Reads the list. Raises KeyError for an entry that lacks something, a reason too."""
        found = set()
        for entry in tomllib.loads(path.read_text()).get("equivalent", []):
            if not entry["reason"].strip():
                raise KeyError("reason")
            found.add((entry["path"], entry["was"], entry["becomes"]))
        return cls(frozenset(found))

    def holds(self, mutant: Mutant, source: str) -> bool:
        """True for a mutant that is listed."""
        return (mutant.path, *mutant.first_lines(source)) in self.known
