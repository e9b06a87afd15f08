"""Finds the field that each column of a sheet is for, by its name or what people call it, and reads the cells for it.

A column that is for nothing is refused before anything is sent: what stands in it would be lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from undersigned_client.errors import BadFile
from undersigned_client.language.messages import language, plural, translate
from undersigned_client.paper import cells
from undersigned_client.paper.sheets import column_letters
from undersigned_client.paper.spellings import plain
from undersigned_client.paper.titles import ALWAYS, FIELD_TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from undersigned_client.paper.sheets import Row, Sheet


class BadRow(ValueError):
    """A row with cells that cannot be used; `mistakes` are (field, message) pairs."""

    def __init__(self, mistakes: list[tuple[str, str]]) -> None:
        super().__init__()
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet for one campaign; `places` are their indexes by field."""

    places: Mapping[str, int]
    titles: tuple[str, ...]
    types: Mapping[str, str]
    sponsors: Mapping[str, str]

    @classmethod
    def of(cls, path: Path, sheet: Sheet, campaign: Mapping[str, Any]) -> Columns:
        """The columns of `sheet` for the campaign's document. Raises BadFile that names each one that is for nothing."""
        fields = {one["name"]: one for one in campaign.get("fields", ())}
        by_title = _by_title(fields)
        found = {index: by_title.get(plain(title)) for index, title in enumerate(sheet.titles) if title}
        unknown = [_named(sheet, index) for index, field in found.items() if field is None]
        unknown += [_named(sheet, index) for index in _untitled(sheet)]
        if unknown:
            raise BadFile(_unknown(path, unknown, fields))
        places: dict[str, int] = {}
        for index, field in found.items():
            if field in places:
                one, other = _named(sheet, places[field]), _named(sheet, index)
                raise BadFile(
                    translate(
                        "{file}: {one} and {other} are both {field}.", file=path, one=one, other=other, field=field
                    )
                )
            places[str(field)] = index
        return cls(
            places,
            sheet.titles,
            {name: str(field.get("type")) for name, field in fields.items()},
            {one["id"]: str(one.get("name", "")) for one in campaign.get("sponsors", ())},
        )

    def read(self, row: Row) -> dict[str, Any]:
        """The row as the API takes it, empty cells left out. Raises BadRow with every mistake in it."""
        values: dict[str, Any] = {}
        mistakes: list[tuple[str, str]] = []
        for field, index in self.places.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if not cell:
                continue
            try:
                values[field] = self._value(field, cell)
            except cells.BadCell as error:
                mistakes.append((field, str(error)))
        if mistakes:
            raise BadRow(mistakes)
        return values

    def name_of(self, field: str) -> str:
        """The column of the field in words, as a spreadsheet shows it: `column B, “Nombre”`; empty without one."""
        if field not in self.places:
            return ""
        index = self.places[field]
        return translate("column {letters}, “{title}”", letters=column_letters(index), title=self.titles[index])

    def _value(self, field: str, cell: str) -> Any:
        if field == "public":
            return cells.yes_or_no(cell)
        if field == "consents":
            return cells.organisations(cell, self.sponsors)
        if field == "signed_on":
            return cells.day(cell)
        if self.types.get(field) == "checkbox":
            return "yes" if cells.yes_or_no(cell) else "no"
        return cell


def _by_title(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The field by what its column may be called; the campaign's own words come before the usual ones."""
    accepted = dict.fromkeys((*ALWAYS, *fields))
    usual = {plain(title): name for name in accepted for title in FIELD_TITLES.get(name, ())}
    own = [(plain(label), name) for name, field in fields.items() for label in set((field.get("label") or {}).values())]
    own = list(dict.fromkeys(own))
    uses = Counter(label for label, _ in own)
    labels = {label: name for label, name in own if label and uses[label] == 1}
    short = {plain(name.removeprefix("custom.")): name for name in fields}
    return {**short, **usual, **labels, **{plain(name): name for name in accepted}}


def _untitled(sheet: Sheet) -> list[int]:
    """The columns without a title in which something stands."""
    return [
        index
        for index, title in enumerate(sheet.titles)
        if not title and any(any(row.cells[index : index + 1]) for row in sheet.rows)
    ]


def _named(sheet: Sheet, index: int) -> str:
    title = sheet.titles[index]
    return (
        translate("“{title}”", title=title)
        if title
        else translate("column {letters} (it has no title)", letters=column_letters(index))
    )


def _unknown(path: Path, unknown: list[str], fields: Mapping[str, Mapping[str, Any]]) -> str:
    known = ", ".join(_with_label(name, fields) for name in dict.fromkeys((*ALWAYS, *fields)))
    return plural(
        len(unknown),
        "{file}: this campaign has no field for the column {unknown}. Nothing was sent. It knows: {known}.",
        "{file}: this campaign has no fields for the columns {unknown}. Nothing was sent. It knows: {known}.",
        file=path,
        unknown=", ".join(unknown),
        known=known,
    )


def _with_label(name: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    """The field with what the reader may call it: `custom.chapter (Chapter)`."""
    labels = fields.get(name, {}).get("label") or {}
    label = labels.get(language()) or next(iter(labels.values()), "")
    return f"{name} ({label})" if label else name
