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

from undersigned_client.errors import BadFile
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
NEVER_CLOSED = "unexpected end of data"  # the csv module's words


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


def read_sheet(path: Path) -> Sheet:
    """The sheet in the file. Raises BadFile with the file, the row and what to do."""
    text = _text(path)
    rows = _rows(path, text, _separator(text))
    if len(rows) < 2:  # noqa: PLR2004 - titles and somebody
        raise BadFile(translate("{file} has no rows.", file=path))
    titles, *people = rows
    width = len(titles.cells)
    for row in people:
        if any(row.cells[width:]):
            raise BadFile(translate("{file}, row {row}: more cells than columns.", file=path, row=row.number))
    return Sheet(titles.cells, tuple(people))


def column_letters(index: int) -> str:
    """The name that spreadsheets give the column: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFile(translate("{file} cannot be read.", file=path)) from error
    if content.startswith(SPREADSHEETS):
        raise BadFile(
            translate("{file} is a spreadsheet. Save it as CSV in your spreadsheet program, and send that.", file=path)
        )
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise BadFile(
            translate("{file} is not text that we can read. Save it as CSV in UTF-8, and send that.", file=path)
        ) from error


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


def _rows(path: Path, text: str, separator: str) -> list[Row]:
    rows, number = [], 0
    try:
        for number, cells in _numbered(text, separator):
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped) and not _is_separator_line(number, cells, separator):
                rows.append(Row(number, stripped))
    except csv.Error as error:
        raise BadFile(_broken(path, number + 1, error)) from error
    return rows


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    return enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1)


def _is_separator_line(number: int, cells: list[str], separator: str) -> bool:
    return number == 1 and separator.join(cells).lower().startswith(NAMES_SEPARATOR)


def _broken(path: Path, number: int, error: csv.Error) -> str:
    if str(error) == NEVER_CLOSED:
        return translate("{file}, row {row}: a quotation mark opens here and is never closed.", file=path, row=number)
    return translate(
        "{file}, row {row}: a quotation mark is in the wrong place. Inside a cell it is written twice.",
        file=path,
        row=number,
    )
