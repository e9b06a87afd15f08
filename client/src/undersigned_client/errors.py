"""What can go wrong, each with the exit code that scripts see; a sentence for people is in the exception."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes; 2 is argparse's own."""

    DONE = 0
    DIFFERENT = 1
    MISUSED = 2
    REFUSED = 3
    OUT_OF_REACH = 4
    BAD_FILE = 5
    INTERRUPTED = 130


class Failure(Exception):
    """Ends a command with a sentence on standard error and an exit code."""

    code = Exit.REFUSED


class Misused(Failure):
    """The command cannot be carried out as it was typed."""

    code = Exit.MISUSED


class NotSignedIn(Failure):
    """No address or key is known."""


class OutOfReach(Failure):
    """The API, or the file, could not be reached, or something else answered in its place."""

    code = Exit.OUT_OF_REACH


class BadFile(Failure):
    """A file on this side is missing, wrong, or in the way."""

    code = Exit.BAD_FILE


class Interrupted(Failure):
    """Ctrl-C, with a word on how to go on."""

    code = Exit.INTERRUPTED


class Refused(Failure):
    """The API said no: a problem (RFC 9457), its sentences already in the reader's language."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or status))
        self.status = status
        self.problem = problem
        self.code = Exit.OUT_OF_REACH if status >= 500 else Exit.REFUSED  # noqa: PLR2004 - HTTP

    @property
    def reason(self) -> str:
        """The stable code, `version_mismatch`."""
        return str(self.problem.get("code", ""))

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Fields and sentences of a 422."""
        return [(str(one.get("field")), str(one.get("message"))) for one in self.problem.get("errors", [])]
