"""What people see and type: lines, tables, bars, questions. Standard output is for answers, standard error for the rest.

Names typed by strangers are shown, never obeyed: no markup, no control characters.
"""

from __future__ import annotations

import getpass
import json
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

from undersigned_client.errors import Misused
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.progress import Progress

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Nobody reads a pipe by eye: rows stay on one line there.
PIPE_WIDTH = 400
LONGEST_UNBROKEN = 40


def harmless(text: str) -> str:
    """The text without what a terminal would obey."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


class Terminal:
    """Standard input, output and error of one command."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        """One line of the answer."""
        sys.stdout.write(f"{harmless(text)}\n")

    def note(self, text: str) -> None:
        """A line beside the answer."""
        sys.stderr.write(f"{harmless(text)}\n")

    def raw(self, text: str) -> None:
        """The answer as it came, for a file or another program."""
        sys.stdout.write(text)

    def json(self, value: Any) -> None:
        """The answer for a machine."""
        sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")

    def table(self, names: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[int] = ()) -> None:
        """A table; columns whose places are in `numbers` are set to the right."""
        from rich.table import Table
        from rich.text import Text

        right = set(numbers)
        cells = [[harmless("" if cell is None else str(cell)) for cell in row] for row in rows]
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for place, name in enumerate(names):
            width = _unbroken([row[place] for row in cells])
            table.add_column(
                Text(name), justify="right" if place in right else "left", overflow="fold", min_width=width
            )
        for row in cells:
            table.add_row(*map(Text, row))
        _console(sys.stdout).print(table)

    def progress(self) -> Progress:
        """A bar on standard error, silent when nobody watches; use it in a `with`."""
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        return Progress(*columns, console=_console(sys.stderr), disable=not sys.stderr.isatty(), transient=True)

    def agrees(self, question: str, *, is_sure: bool) -> bool:
        """True when the person says yes, or said so before (`--yes`); after a no, says that nothing was changed.

        Raises Misused when there is nobody to ask.
        """
        if is_sure:
            return True
        if not sys.stdin.isatty():
            raise Misused(say("There is nobody to ask. Add --yes if you mean it."))
        agrees = self._typed(f"{question} {say('[y/N]')} ").strip().lower() in {"y", "yes", *say("y yes").split()}
        if not agrees:
            self.note(say("Nothing was changed."))
        return agrees

    def secret(self, question: str) -> str:
        """Something typed that is not shown; a line of standard input when that is no terminal."""
        if sys.stdin.isatty():
            return getpass.getpass(f"{question} ").strip()
        return sys.stdin.readline().strip()

    def text(self, question: str) -> str:
        """Something typed; a line of standard input when that is no terminal."""
        return self._typed(f"{question} ") if sys.stdin.isatty() else sys.stdin.readline().strip()

    def _typed(self, prompt: str) -> str:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline().strip()


def _unbroken(cells: list[str]) -> int | None:
    """The width below which an id or a number would break; None for words, which may."""
    longest = max(map(len, cells), default=0)
    return longest if longest <= LONGEST_UNBROKEN and not any(" " in cell for cell in cells) else None


def _console(file: TextIO) -> Console:
    from rich.console import Console

    width = None if file.isatty() else PIPE_WIDTH
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)
