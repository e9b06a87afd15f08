"""Finds the field that each column of a sheet is for, by its name or what people call it, and reads the cells for it.

A column that is for nothing is refused before anything is stored: what stands in it would be lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.paper import cells
from chalicelib.domain.paper.column_titles import ALWAYS, FIELD_TITLES
from chalicelib.domain.paper.sheet_files import bad_file, column_letters
from chalicelib.domain.text.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.campaigns.campaign import Campaign, Field
    from chalicelib.domain.paper.sheet_files import Row, Sheet


# What is told of one file and of one row: an answer of Lambda's holds 6 MB.
MOST_TOLD, MOST_ERRORS = 20, 3


class Column(NamedTuple):
    """A column as a spreadsheet shows it (`letters`, `title`), and the field it is for."""

    letters: str
    title: str
    field: str


@dataclass(frozen=True, slots=True)
class RowRead:
    """A row as the API takes it, empty cells left out, and what is wrong with it; `two_days` is the first day nobody can tell."""

    values: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()
    two_days: cells.TwoDays | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet for one campaign; `places` are their indexes by field."""

    places: Mapping[str, int]
    titles: tuple[str, ...]
    types: Mapping[str, str]
    sponsors: Mapping[str, str]

    @classmethod
    def of(cls, sheet: Sheet, campaign: Campaign) -> Columns:
        """The columns of `sheet` for the campaign. Raises InvalidFields for `file`, which names those that are for nothing."""
        fields = {one.name: one for one in campaign.fields}
        by_title = _by_title(fields)
        found = {index: by_title.get(plain(title)) for index, title in enumerate(sheet.titles) if title}
        unknown = [_named(sheet, index) for index, field in found.items() if field is None]
        unknown += [_named(sheet, index) for index in _untitled(sheet)]
        if unknown:
            known = ", ".join(_with_label(name, fields, campaign) for name in dict.fromkeys((*ALWAYS, *fields)))
            shown = [*unknown[:MOST_TOLD], *(["…"] if len(unknown) > MOST_TOLD else [])]
            columns = FieldError("file", "sheet_unknown_columns", options=", ".join(shown))
            raise InvalidFields((columns, FieldError("file", "sheet_known_columns", options=known)))
        places: dict[str, int] = {}
        for index, field in found.items():
            if field in places:
                both = f"{_named(sheet, places[field])}, {_named(sheet, index)}"
                raise bad_file("sheet_same_column", options=both)
            places[str(field)] = index
        types = {name: str(field.type) for name, field in fields.items()}
        return cls(places, sheet.titles, types, {one.id: one.name for one in campaign.sponsors})

    def read(self, row: Row, order: cells.DayOrder) -> RowRead:
        """The row with every mistake in it."""
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        two_days = None
        for field, index in self.places.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if not cell:
                continue
            try:
                values[field] = self._value(field, cell, order)
            except cells.BadCell as error:
                errors.append(FieldError(field, error.code, options=error.options))
                if isinstance(error, cells.TwoDays):
                    two_days = error
        return RowRead(values, tuple(errors[:MOST_ERRORS]), two_days)

    @property
    def all(self) -> list[Column]:
        """Every column that is for a field, from left to right."""
        places = sorted(self.places.items(), key=lambda one: one[1])
        return [Column(column_letters(index), self.titles[index], field) for field, index in places]

    def _value(self, field: str, cell: str, order: cells.DayOrder) -> Any:
        if field in ("public", "updates"):
            return cells.yes_or_no(cell)
        if field == "consents":
            return cells.organisations(cell, self.sponsors)
        if field == "signed_on":
            return cells.day(cell, order)
        if self.types.get(field) == "checkbox":
            return "yes" if cells.yes_or_no(cell) else "no"
        return cell


def _by_title(fields: Mapping[str, Field]) -> dict[str, str]:
    """The field by what its column may be called; the campaign's own words come before the usual ones."""
    accepted = dict.fromkeys((*ALWAYS, *fields))
    usual = {plain(title): name for name in accepted for title in FIELD_TITLES.get(name, ())}
    own = [(plain(label), name) for name, field in fields.items() for label in field.label.values()]
    own = list(dict.fromkeys(own))
    uses = Counter(label for label, _ in own)
    labels = {label: name for label, name in own if label and uses[label] == 1}
    short = {plain(name.removeprefix("custom.")): name for name in fields}
    return {**short, **usual, **labels, **{plain(name): name for name in accepted}}


def _untitled(sheet: Sheet) -> list[int]:
    """The columns without a title in which something stands."""
    filled = {index for row in sheet.rows for index, cell in enumerate(row.cells) if cell}
    return [index for index, title in enumerate(sheet.titles) if not title and index in filled]


def _named(sheet: Sheet, index: int) -> str:
    """The column as a spreadsheet shows it: `B “Nombre”`."""
    title = sheet.titles[index]
    return f"{column_letters(index)} “{title}”" if title else column_letters(index)


def _with_label(name: str, fields: Mapping[str, Field], campaign: Campaign) -> str:
    """The field with what the campaign calls it: `custom.chapter (Chapter)`."""
    labels = fields[name].label if name in fields else {}
    label = labels.get(campaign.default_language) or next(iter(labels.values()), "")
    return f"{name} ({label})" if label else name
