"""`paper`: enters paper signatures from a CSV file, after looking at all of it. Sending a file again enters no row twice.

The API reads the file: it knows what people call columns, and how they write days and ticks.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.commands import paper_report
from undersigned_client.errors import BadFile, Exit, Refused
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from undersigned_client.session import Session

MAX_FILE_BYTES, BATCH_SIZE = 500 * 1024, 50
INVALID = 422
DAYS = {"day-first": "day_first", "month-first": "month_first"}
Row = dict[str, Any]


def add_options(command: ArgumentParser) -> None:
    """Add what `paper` can be told beforehand."""
    command.add_argument("--check", action="store_true", help=translate("only look at the file"))
    command.add_argument(
        "--days",
        choices=tuple(DAYS),
        help=translate("which comes first in days such as 3/4/2025; you are asked if left out"),
    )
    command.add_argument(
        "--alike",
        choices=("ask", "enter", "skip"),
        default="ask",
        help=translate("what to do with rows that look like people who are there already"),
    )


def paper(session: Session, options: Namespace) -> int:
    """Look at every row, ask, and enter those that are new; say how many were known or refused, and why."""
    sheet = _Sheet(session, options.campaign, Path(options.file))
    sheet.read(options.days)
    sheet.check()
    if options.check or not (options.yes or session.terminal.as_json):
        paper_report.before(session.terminal, sheet.outcomes)
    if options.check:
        return sheet.exit_code
    wanted = sheet.new + _wanted_alike(session, options, sheet.alike)
    if wanted:
        question = plural(len(wanted), "Enter one signature?", "Enter {n} signatures?")
        if not session.terminal.agrees(question, is_sure=options.yes):
            return Exit.DONE
        try:
            sheet.enter(wanted)
        except BaseException:  # whatever ended it, what is in can be taken back
            if sheet.id:
                session.terminal.note(paper_report.how_to_undo(options.campaign, sheet.id))
            raise
    paper_report.after(session.terminal, sheet.outcomes, options.campaign, sheet.id)
    return sheet.exit_code


def _wanted_alike(session: Session, options: Namespace, alike: list[Row]) -> list[Row]:
    """Those rows that look like people who are there already, if they are somebody else."""
    if options.alike == "ask" and alike and not options.yes:
        question = plural(
            len(alike),
            "One row looks like somebody who is there already. Is it somebody else?",
            "{n} rows look like people who are there already. Are they other people?",
        )
        return alike if session.terminal.agrees_to(question) else []
    return alike if options.alike == "enter" else []


class _Sheet:
    """One file for one campaign."""

    def __init__(self, session: Session, campaign: str, path: Path) -> None:
        self.session, self.campaign, self.path = session, campaign, path
        self.rows: list[Row] = []
        self.columns: dict[str, dict[str, str]] = {}
        self.new: list[Row] = []
        self.alike: list[Row] = []
        self.outcomes: Counter[str] = Counter()
        self.id: str | None = None

    @property
    def exit_code(self) -> int:
        """REFUSED if a row is neither in nor known to be in."""
        return Exit.REFUSED if self.outcomes["wrong"] or self.outcomes["alike"] else Exit.DONE

    def read(self, days: str | None) -> None:
        """Have the API read the file; ask once which of day and month comes first. Raises BadFile."""
        body = {"content": b64encode(self._content()).decode(), "name": self.path.name}
        found = self._read(body | ({"days": DAYS[days]} if days else {}))
        unclear = found["unclear_day"]
        if unclear and self.session.terminal.can_ask:
            days = "day_first" if self._is_day_first(unclear) else "month_first"
            found = self._read(body | {"days": days})
        self.columns = {one["field"]: one for one in found["columns"]}
        self.rows = found["rows"]

    def _is_day_first(self, unclear: Row) -> bool:
        return self.session.terminal.agrees_to(
            translate(
                "Row {row} has a day that could be {day_first} or {month_first}. Does the day come first in this file?",
                **unclear,
            )
        )

    def _content(self) -> bytes:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise BadFile(translate("{file} cannot be read.", file=self.path)) from error
        if len(content) > MAX_FILE_BYTES:
            raise BadFile(
                translate("{file} is larger than {n} KB. Split it.", file=self.path, n=MAX_FILE_BYTES // 1024)
            )
        return content

    def _read(self, body: Row) -> Any:
        try:
            return self.session.api.post(path_of(self.campaign, "sheets", "read"), body, repeatable=True)
        except Refused as error:
            reasons = [why for field, why in error.field_errors if field in ("file", "content")]
            if error.status != INVALID or not reasons:
                raise
            raise BadFile(f"{self.path}: {' '.join(reasons)}") from error

    def check(self) -> None:
        """Ask the API what would become of each row, and say what is wrong."""
        readable = [row for row in self.rows if not row["errors"]]
        results: dict[int, Row] = {}
        for batch in _batches(readable):
            answer = self._post("check", {"rows": [row["values"] for row in batch]})
            results |= dict(zip((row["row"] for row in batch), answer["rows"], strict=True))
        for row in self.rows:
            self._sort(row, results.get(row["row"], {"outcome": "wrong", "errors": row["errors"]}))

    def _sort(self, row: Row, result: Row) -> None:
        outcome = "alike" if result["outcome"] == "new" and row["alike_row"] else result["outcome"]
        self.outcomes[outcome] += 1
        if outcome == "wrong":
            self._explain(row, result["errors"])
        elif outcome == "alike":
            self.alike.append(row)
            self.session.terminal.note(paper_report.likeness(self.path, row))
        elif outcome == "new":
            self.new.append(row)

    def enter(self, rows: list[Row]) -> None:
        """Enter these rows."""
        self.outcomes.subtract({"new": len(self.new), "alike": len(rows) - len(self.new)})
        with self.session.terminal.progress() as bars:
            bar = bars.add_task(translate("Entering"), total=len(rows))
            for batch in _batches(rows):
                body = {"rows": [row["values"] for row in batch], "sheet": self.id or ""}
                answer = self._post("", body)
                self.id = answer["sheet"] or self.id
                for row, result in zip(batch, answer["rows"], strict=True):
                    self.outcomes[result["outcome"]] += 1
                    self._explain(row, result["errors"])
                bars.update(bar, advance=len(batch))

    def _post(self, what: str, body: Row) -> Any:
        return self.session.api.post(path_of(self.campaign, "sheets", *filter(None, [what])), body, repeatable=True)

    def _explain(self, row: Row, errors: Iterable[Row]) -> None:
        for error in errors:
            column = self.columns.get(error["field"])
            facts = {"file": self.path, "row": row["row"], "why": error["message"]}
            if column:
                place = {"letters": column["letters"], "title": column["title"]}
                sentence = translate("{file}, row {row}, column {letters}, “{title}”: {why}", **facts, **place)
            else:
                sentence = translate("{file}, row {row}: {why}", **facts)
            self.session.terminal.note(sentence)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH_SIZE)):
        yield batch
