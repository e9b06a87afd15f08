"""Writes a spreadsheet file row by row, in little memory: each row goes to a temporary file once the next one begins.

Only the export function imports this, and with it XlsxWriter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.exports.column_kinds import ColumnKind, kind_of, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

HEAD_ROWS = 2
MAX_SHEET_NAME = 31
WIDTHS = {ColumnKind.TEXT: 22, ColumnKind.MOMENT: 19, ColumnKind.DAY: 12, ColumnKind.NUMBER: 10}
FORMATS = {
    # Text stays text when somebody edits the cell.
    ColumnKind.TEXT: {"num_format": "@"},
    ColumnKind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    ColumnKind.DAY: {"num_format": "yyyy-mm-dd"},
    ColumnKind.NUMBER: {"num_format": "0"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet is called, and its columns: their keys, and above these their titles in the reader's language."""

    name: str
    columns: Sequence[str]
    titles: Sequence[str]
    time_zone: str
    created_at: datetime


class _PlainSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """Writes text as text: in constant memory, XlsxWriter takes what stands between `<r>` and `</r>` for its own markup."""

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        self._xml_inline_string(string, preserve=True, attributes=attributes)

    def discard(self) -> None:
        """Closes the temporary file; whoever made its folder deletes it."""
        self._opt_close()


class Workbook:
    """A file with one sheet at `path`, of `rows` rows with so many `characters`; it is there after `close`."""

    def __init__(self, path: Path, sheet: Sheet) -> None:
        self._zone = ZoneInfo(sheet.time_zone)
        self._kinds = [kind_of(key) for key in sheet.columns]
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        self._book.set_properties({"created": sheet.created_at.replace(tzinfo=None)})
        formats = {kind: self._book.add_format(look) for kind, look in FORMATS.items()}
        self._formats = [formats[kind] for kind in self._kinds]
        self._sheet = self._book.add_worksheet(sheet.name[:MAX_SHEET_NAME], worksheet_class=_PlainSheet)
        self.rows = self.characters = 0
        self._write_head(sheet)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sheet.discard()

    def _write_head(self, sheet: Sheet) -> None:
        for place, kind in enumerate(self._kinds):
            self._sheet.set_column(place, place, WIDTHS[kind], self._formats[place])
        self._sheet.freeze_panes(HEAD_ROWS, 0)
        for row, names, look in ((0, sheet.titles, {"bold": True}), (1, sheet.columns, {"font_color": "#595959"})):
            format_ = self._book.add_format(look)
            for place, name in enumerate(names):
                self._sheet.write_string(row, place, name, format_)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Writes rows of cells as they are in a CSV. Empty ones are left out."""
        for cells in rows:
            row = self.rows + HEAD_ROWS
            for place, text in enumerate(cells):
                if text:
                    self._write(row, place, text)
                    self.characters += len(text)
            self.rows += 1

    def _write(self, row: int, place: int, text: str) -> None:
        kind, format_ = self._kinds[place], self._formats[place]
        if kind is ColumnKind.TEXT:  # by type: nothing in it can be a formula, a number or a link
            line_breaks = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
            self._sheet.write_string(row, place, line_breaks, format_)
            return
        value: Any = typed(text, kind, self._zone)
        if kind is ColumnKind.NUMBER:
            self._sheet.write_number(row, place, value, format_)
        else:
            self._sheet.write_datetime(row, place, value, format_)

    def close(self) -> None:
        """Puts the file together."""
        # Filters stand on the keys, so that sorting leaves both rows of the head in place.
        self._sheet.autofilter(HEAD_ROWS - 1, 0, HEAD_ROWS - 1 + max(1, self.rows), len(self._kinds) - 1)
        self._book.close()
