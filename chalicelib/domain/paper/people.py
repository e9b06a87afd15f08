"""The people on a sheet: each with a reference that outlives saving it again, and what is wrong within the sheet itself."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import FieldError
from chalicelib.domain.paper.columns import Columns, RowRead
from chalicelib.domain.paper.sheet_files import read_sheet
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.text.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.paper.cells import DayOrder
    from chalicelib.domain.paper.columns import Column

EXTENSION = re.compile(r"\.\w{1,5}$")
LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
NOT_A_DIGIT = re.compile(r"\D+")
DIGEST_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Person:
    """One row: its `number` as spreadsheets count, the values with a reference, and the earlier row that it looks like, if any."""

    number: int
    values: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()
    alike_row: int | None = None


@dataclass(frozen=True, slots=True)
class UnclearDay:
    """The first day of a sheet that could be two: its row, and both days in ISO."""

    row: int
    day_first: str
    month_first: str


@dataclass(frozen=True, slots=True)
class People:
    """What stands on a sheet. `unclear_day` is None once somebody has said which comes first."""

    columns: Sequence[Column]
    rows: Sequence[Person]
    unclear_day: UnclearDay | None


def read_people(content: bytes, file_name: str, campaign: Campaign, order: DayOrder) -> People:
    """The people on the sheet in `content`, a CSV file. Raises InvalidFields for `file` when nothing of it can be used."""
    sheet = read_sheet(content)
    columns = Columns.of(sheet, campaign)
    rows, unclear, seen = [], None, _Seen(_stem(file_name))
    for row in sheet.rows:
        read = columns.read(row, order)
        if read.two_days and unclear is None:
            unclear = UnclearDay(row.number, read.two_days.day_first, read.two_days.month_first)
        rows.append(seen.person(row.number, read))
    return People(columns.all, rows, unclear)


class _Seen:
    """What the rows above said."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._digests: Counter[str] = Counter()
        self._by_address: dict[str, int] = {}
        self._by_reference: dict[str, tuple[int, str]] = {}
        self._by_likeness: dict[tuple[str, str], int] = {}

    def person(self, number: int, read: RowRead) -> Person:
        """The person on the next row, compared with those above."""
        values, name = read.values, plain(display_name(read.values))
        errors = [*read.errors, *self._repeated(number, values, name)]
        alike = self._by_likeness.setdefault((name, plain(str(values.get("country", "")))), number) if name else number
        return Person(number, self._with_reference(values), tuple(errors), alike if alike != number else None)

    def _repeated(self, number: int, values: Mapping[str, Any], name: str) -> list[FieldError]:
        errors = []
        if address := str(values.get("email", "")).casefold():
            earlier = self._by_address.setdefault(address, number)
            if earlier != number:
                errors.append(FieldError("email", "same_address", row=earlier))
        elif reference := str(values.get("reference", "")):
            earlier, earlier_name = self._by_reference.setdefault(reference, (number, name))
            if earlier_name != name:
                errors.append(FieldError("reference", "same_reference", row=earlier))
        return errors

    def _with_reference(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The row with a reference: its own, or a digest of what it says, so that a moved line stays the same signature.

        What a spreadsheet does to a cell when it saves it changes nothing: zeros in front, spaces, accents, case. Two rows that
        say the same are two. A digest, because a reference must not reveal a name.
        """
        said = sorted((field, _said(field, value)) for field, value in values.items())
        digest = hashlib.sha256(f"{self._stem}\n{said}".encode(errors="surrogatepass")).hexdigest()[:DIGEST_LENGTH]
        self._digests[digest] += 1
        return {"reference": f"{digest}/{self._digests[digest]}", **values}


def _said(field: str, value: object) -> str:
    if not isinstance(value, str):
        return str(value)
    if field == "phone":
        return NOT_A_DIGIT.sub("", value).lstrip("0")
    return LEADING_ZEROS.sub("", plain(value))


def _stem(file_name: str) -> str:
    """The file's name without its ending. `Hoja (1)` is another file: nobody knows whether it is a second copy or the next sheet."""
    return plain(EXTENSION.sub("", file_name.strip()))
