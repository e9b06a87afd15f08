"""Talks to the person who deploys: prints, asks, has a name typed. It takes a missing terminal for a no, unless YES=1."""

from __future__ import annotations

import sys
from dataclasses import dataclass


class Refused(RuntimeError):
    """The command stopped before doing anything, or anything more; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """With `is_sure`, questions are answered with yes; what loses data still has to be typed."""

    is_sure: bool = False

    def say(self, text: str = "") -> None:
        """Print a line, unbuffered."""
        print(text, flush=True)

    def agrees(self, question: str) -> bool:
        """True when the person answers y or yes. Raises Refused without a terminal."""
        if self.is_sure:
            return True
        if not sys.stdin.isatty():
            raise Refused(f"{question} There is no terminal to ask on. YES=1 answers yes.")
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}

    def has_typed(self, word: str, why: str) -> bool:
        """True when the person typed `word` in full. Raises Refused without a terminal, and with YES=1."""
        if self.is_sure or not sys.stdin.isatty():
            raise Refused(f"{why} Only a person at a terminal can confirm this, without YES=1.")
        return input(f"{why}\nType {word} to continue: ").strip() == word
