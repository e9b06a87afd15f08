"""Counts what became of an update's emails. Two reports of one bucket at once conflict, so each is tried a few times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.storage.updates.update_marks import UpdateMarks

TRIES = 6
BETWEEN_TRIES_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class UpdateReports:
    """Writes reports; `dice` spreads those that conflicted."""

    update_marks: UpdateMarks
    dice: Callable[[], float]
    sleep: Callable[[float], None]

    def count(self, update: str, key: SignatureKey, what: str) -> bool:
        """Counts one report, once. Returns False if it was counted before. Raises Unavailable."""
        for tries_left in reversed(range(TRIES)):
            try:
                return self.update_marks.report(update, key, what)
            except Unavailable:
                if not tries_left:
                    raise
                self.sleep(BETWEEN_TRIES_SECONDS * (TRIES - tries_left) * (0.5 + self.dice()))
        raise Unavailable
