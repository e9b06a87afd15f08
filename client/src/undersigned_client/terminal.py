"""What people see and type: lines, tables, progress bars, questions. Results go to standard output, the rest to error.

Text typed by strangers is only ever shown: no markup, no control characters.
"""

from __future__ import annotations

import getpass
import json
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

from undersigned_client.errors import Misused
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.progress import Progress

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Nobody reads a pipe by eye, so rows stay on one line there.
PIPE_WIDTH = 400
MAX_UNBROKEN_WIDTH = 40


def without_controls(text: str) -> str:
    """The text, with control characters that a terminal would act on replaced."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


class Terminal:
    """Standard input, output and error of one command."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        """Write one line of the result."""
        sys.stdout.write(f"{without_controls(text)}\n")

    def note(self, text: str) -> None:
        """Write one line to standard error."""
        sys.stderr.write(f"{without_controls(text)}\n")

    def raw(self, text: str) -> None:
        """Write the result unchanged, for a file or another program."""
        sys.stdout.write(text)

    def json(self, value: Any) -> None:
        """Write the result as JSON."""
        sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")

    def table(self, names: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[int] = ()) -> None:
        """Write a table; the columns with these indexes in `numbers` are aligned right."""
        from rich.table import Table
        from rich.text import Text

        right = set(numbers)
        cells = [[without_controls("" if cell is None else str(cell)) for cell in row] for row in rows]
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for index, name in enumerate(names):
            width = _unbroken([row[index] for row in cells])
            table.add_column(
                Text(name), justify="right" if index in right else "left", overflow="fold", min_width=width
            )
        for row in cells:
            table.add_row(*map(Text, row))
        _console(sys.stdout).print(table)

    def progress(self) -> Progress:
        """A progress bar on standard error, silent when that is not a terminal; use it in a `with`."""
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        return Progress(*columns, console=_console(sys.stderr), disable=not sys.stderr.isatty(), transient=True)

    def agrees(self, question: str, *, is_sure: bool) -> bool:
        """True when the person answers yes, or `is_sure` (`--yes`); on no, says that nothing was changed.

        Raises Misused when there is no terminal.
        """
        if is_sure:
            return True
        if not self.can_ask:
            raise Misused(translate("There is nobody to ask. Add --yes if you mean it."))
        agrees = self.agrees_to(question)
        if not agrees:
            self.note(translate("Nothing was changed."))
        return agrees

    @property
    def can_ask(self) -> bool:
        """True when there is a terminal."""
        return sys.stdin.isatty()

    def agrees_to(self, question: str) -> bool:
        """True when there is somebody to ask and the person answers yes."""
        yes = {"y", "yes", *translate("y yes").split()}
        return self.can_ask and self._prompt(f"{question} {translate('[y/N]')} ").strip().lower() in yes

    def secret(self, question: str) -> str:
        """What the person types, not shown; a line of standard input when that is not a terminal."""
        if sys.stdin.isatty():
            return getpass.getpass(f"{question} ").strip()
        return sys.stdin.readline().strip()

    def text(self, question: str) -> str:
        """What the person types; a line of standard input when that is not a terminal."""
        return self._prompt(f"{question} ") if sys.stdin.isatty() else sys.stdin.readline().strip()

    def _prompt(self, prompt: str) -> str:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline().strip()


def _unbroken(cells: list[str]) -> int | None:
    """The width that ids and numbers need to stay on one line; None for text, which may wrap."""
    longest = max(map(len, cells), default=0)
    return longest if longest <= MAX_UNBROKEN_WIDTH and not any(" " in cell for cell in cells) else None


def _console(file: TextIO) -> Console:
    from rich.console import Console

    width = None if file.isatty() else PIPE_WIDTH
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)
