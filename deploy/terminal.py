"""Talks to whoever deploys: tells, asks, has a name typed. Nobody there and no YES is a no."""

from __future__ import annotations

import sys
from dataclasses import dataclass


class Refused(RuntimeError):
    """Nothing was done, or nothing more; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """`is_sure` answers yes to what can be undone, and never to what loses data."""

    is_sure: bool = False

    def say(self, text: str = "") -> None:
        """A line, at once."""
        print(text, flush=True)

    def agrees(self, question: str) -> bool:
        """True for y or yes."""
        if self.is_sure:
            return True
        if not sys.stdin.isatty():
            raise Refused(f"{question} Nobody is here to be asked: YES=1 answers yes.")
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}

    def has_typed(self, word: str, why: str) -> bool:
        """True when `word` was typed in full; YES does not type."""
        if self.is_sure or not sys.stdin.isatty():
            raise Refused(f"{why} That is asked of a person at a terminal only, without YES=1.")
        return input(f"{why}\nType {word} to go on: ").strip() == word
