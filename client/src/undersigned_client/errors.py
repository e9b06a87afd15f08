"""What can go wrong: each exception has an exit code for scripts and a sentence for people."""

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
    """The command cannot be run as it was typed."""

    code = Exit.MISUSED


class NotSignedIn(Failure):
    """There is no address or no key to use."""


class OutOfReach(Failure):
    """The API or a file could not be reached, or something else answered in its place."""

    code = Exit.OUT_OF_REACH


class BadFile(Failure):
    """A local file is missing, invalid, or in the way."""

    code = Exit.BAD_FILE


class Interrupted(Failure):
    """Ctrl-C, with a sentence on how to continue."""

    code = Exit.INTERRUPTED


class Refused(Failure):
    """The API refused: a problem (RFC 9457), already in the reader's language."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or status))
        self.status = status
        self.problem = problem
        self.code = Exit.OUT_OF_REACH if status >= 500 else Exit.REFUSED  # noqa: PLR2004 - HTTP

    @property
    def reason(self) -> str:
        """The problem's stable code, such as `version_mismatch`."""
        return str(self.problem.get("code", ""))

    @property
    def field_errors(self) -> list[tuple[str, str]]:
        """(field, message) pairs of a 422."""
        return [(str(one.get("field")), str(one.get("message"))) for one in self.problem.get("errors", [])]
