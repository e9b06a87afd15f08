"""Reads a sheet that a spreadsheet saved as text, whatever its encoding and separator; rows are numbered as it shows them.

Nothing is guessed about what is broken: an unclosed quote is refused with the row where it opens.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import FieldError, InvalidFields

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS = ",;\t"
# A ZIP (xlsx, ods) and what Excel wrote before 2007.
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Excel writes, and reads, as a first line to name the separator.
NAMES_SEPARATOR = "sep="
SAMPLE_ROWS = 50
MAX_ROWS = 2000
# A comment may well have a line with one comma in it.
FEWEST_TO_TELL = 3
# By how the csv module's words begin. It takes no cell of more than 131,072 characters.
CSV_FAULTS = {"unexpected ": "sheet_quote_open", "field large": "sheet_rows_in_cell"}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, without blanks around them; `number` is the spreadsheet's, also after line breaks in a cell."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The titles and the rows below them; rows that are blank are left out."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(content: bytes) -> Sheet:
    """The sheet that a CSV file holds. Raises InvalidFields for `file`, with the row and what to do."""
    text = _text(content)
    separator = _separator(text)
    rows = _rows(text, separator)
    if len(rows) < 2:  # noqa: PLR2004 - titles and somebody
        raise bad_file("sheet_without_rows")
    titles, *people = rows
    if len(people) > MAX_ROWS:
        raise InvalidFields.one("file", "sheet_too_long", limit=MAX_ROWS)
    width = len(titles.cells)
    for row in people:
        if any(row.cells[width:]):
            raise bad_file("sheet_cells_beyond", row=row.number)
        if any(_holds_rows(cell, width, separator) for cell in row.cells):
            raise bad_file("sheet_rows_in_cell", row=row.number)
    return Sheet(titles.cells, tuple(people))


def bad_file(code: str, *, row: int | None = None, options: str = "") -> InvalidFields:
    """The refusal of the whole file, with the row where it is broken."""
    return InvalidFields((FieldError("file", code, row=row, options=options),))


def column_letters(index: int) -> str:
    """The name that spreadsheets give the column: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _text(content: bytes) -> str:
    if content.startswith(SPREADSHEETS):
        raise bad_file("sheet_is_spreadsheet")
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError:
        raise bad_file("sheet_not_text") from None


def _encoding(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    if content.count(0) * 20 > len(content):  # UTF-16 without a mark: separators have their zero byte on one side
        return "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str) -> str:
    first = text.partition("\n")[0].strip('\r "')
    if first.lower().startswith(NAMES_SEPARATOR) and len(first) == len(NAMES_SEPARATOR) + 1 and first[-1] in SEPARATORS:
        return first[-1]
    return max(SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How well the first rows agree on this separator: rows no wider than the titles, many columns."""
    widths: list[int] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
            if len(widths) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # told when the rows are read
    width = widths[0] if widths else 0
    return (Counter(one <= width for one in widths)[True], width) if width > 1 else (0, 0)


def _rows(text: str, separator: str) -> list[Row]:
    rows, number = [], 0
    try:
        for number, cells in _numbered(text, separator):
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped) and not _is_separator_line(number, cells, separator):
                rows.append(Row(number, stripped))
    except csv.Error as error:
        raise bad_file(CSV_FAULTS.get(str(error)[:11], "sheet_quote_misplaced"), row=number + 1) from None
    return rows


def _holds_rows(cell: str, width: int, separator: str) -> bool:
    """True for a cell that swallowed the rows below it, because its quotation mark was closed by one of theirs."""
    return width >= FEWEST_TO_TELL and any(line.count(separator) >= width - 1 for line in cell.splitlines()[1:])


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    return enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1)


def _is_separator_line(number: int, cells: list[str], separator: str) -> bool:
    return number == 1 and separator.join(cells).strip().lower() in (NAMES_SEPARATOR, f"{NAMES_SEPARATOR}{separator}")
