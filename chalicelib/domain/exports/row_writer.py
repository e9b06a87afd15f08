"""Writes rows of an export as bytes, or as the cells of a sheet. It does no input or output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.exports.column_kinds import ColumnKind, kind_of, local_moment
from chalicelib.domain.exports.export_rows import (
    BOM,
    YES_NO,
    ExportFormat,
    ExportRequest,
    Separator,
    expires_at_of,
    is_tombstone,
    json_row,
    title_of,
    tombstone_facts,
)
from chalicelib.domain.exports.row_attributes import COMMENT_COLUMN, NESTED_COLUMNS, NOT_FOR_SPONSORS, REGION_COLUMN
from chalicelib.domain.exports.spreadsheet_cells import safe_anywhere, safe_cell
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.signatures.public_comments import state_of_stored
from chalicelib.domain.signatures.signature import SignatureState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chalicelib.domain.exports.export_rows import Row, Titles


SEPARATORS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}
QUOTE, TWO_QUOTES = '"', '""'


class RowWriter:
    """Turns batches of stored signatures into the bytes of one format; `as_cell` makes a cell of a text.

    `region_name` is what to call a stored region.
    """

    def __init__(
        self,
        request: ExportRequest,
        names: Sequence[str],
        titles: Titles,
        *,
        as_cell: Callable[[str], str] | None = None,
        region_name: Callable[[str], str] = str,
    ) -> None:
        self._request = request
        self._as_cell = as_cell or (safe_cell if request.separator is Separator.COMMA else safe_anywhere)
        self._titles = titles
        self._region_name = region_name
        self._names = names
        # A column is named as its attribute, except for the id; `_cells` fills in nested ones.
        self._attributes = ["sk" if name == "id" else "" if name in NESTED_COLUMNS else name for name in names]
        self._positions = {name: place for place, name in enumerate(names)}
        kinds = [kind_of(name) for name in names]
        self._is_text = [kind is ColumnKind.TEXT for kind in kinds]
        self._moments = [place for place, kind in enumerate(kinds) if kind is ColumnKind.MOMENT]
        self._zone = ZoneInfo(request.time_zone) if request.time_zone else None
        self._separator = SEPARATORS[request.separator]

    def header(self) -> bytes:
        """What comes before the first row."""
        if self._request.format is ExportFormat.NDJSON:
            return b""
        return ((BOM if self._request.bom else "") + self._separator.join(self._names) + "\r\n").encode()

    def rows(self, stored: Iterable[Row]) -> bytes:
        """Rows, each with its line end."""
        if self._request.format is ExportFormat.NDJSON:
            lines = (
                json.dumps(json_row(self._request, one, self._titles, self._region_name), ensure_ascii=False)
                for one in stored
            )
            return "".join(f"{line}\n" for line in lines).encode()
        return "".join(map(self._line, map(self.cells, stored))).encode()

    def _line(self, cells: list[str]) -> str:
        """A row of a CSV: every text quoted, so that a program that is asked to can tell text from numbers and times."""
        if self._zone:
            for place in self._moments:
                if cells[place]:
                    cells[place] = local_moment(cells[place], self._zone)
        quoted = [
            f'"{cell.replace(QUOTE, TWO_QUOTES)}"' if is_text and cell else cell
            for cell, is_text in zip(cells, self._is_text, strict=True)
        ]
        return self._separator.join(quoted) + "\r\n"

    def cells(self, stored: Row) -> list[str]:
        """One row, by the order of the columns."""
        as_cell = self._as_cell
        if self._request.delivery:
            return [as_cell(display_name(stored))]
        expires_at = expires_at_of(stored) if "expires_at" in stored else ""
        if is_tombstone(self._request, stored):
            stored = {"sk": stored["sk"], **tombstone_facts(self._request, stored)}
            expires_at = stored.get("expires_at", "")
        # One pass over all columns: this line takes a third of an export's time.
        cells = [_cell(stored[name], as_cell) if name in stored else "" for name in self._attributes]
        if stored["state"] != SignatureState.WITHDRAWN:
            self._fill_in(cells, stored)
        if self._request.sponsor:
            self._narrow(cells)
        if expires_at and "expires_at" in self._positions:
            cells[self._positions["expires_at"]] = expires_at
        if "text_title" in self._positions:
            cells[self._positions["text_title"]] = as_cell(title_of(stored, self._titles))
        if "utm" in stored or "custom" in stored:
            for name, value in self._nested(stored):
                cells[self._positions[name]] = as_cell(value)
        return cells

    def _fill_in(self, cells: list[str], stored: Row) -> None:
        """What follows from attributes, of one that stands. A file begun by an earlier release does not have all of these columns."""
        positions, is_sponsors = self._positions, bool(self._request.sponsor)
        cells[positions["public"]] = YES_NO[bool(stored.get("public"))]
        if "updates" in positions and not is_sponsors:
            cells[positions["updates"]] = YES_NO["updates_at" in stored]
        if "comment" in stored and COMMENT_COLUMN in positions and not is_sponsors:
            cells[positions[COMMENT_COLUMN]] = str(state_of_stored(stored))
        if "region" in stored and REGION_COLUMN in positions:
            cells[positions[REGION_COLUMN]] = self._as_cell(self._region_name(stored["region"]))

    def _narrow(self, cells: list[str]) -> None:
        """Leaves what a sponsor may know."""
        if cells[self._positions["consents"]]:
            cells[self._positions["consents"]] = self._request.sponsor
        for name in NOT_FOR_SPONSORS:
            if name in self._positions:
                cells[self._positions[name]] = ""

    def _nested(self, stored: Row) -> Iterator[tuple[str, str]]:
        yield from ((name, value) for name, value in stored.get("utm", {}).items() if name in self._positions)
        rest = {}
        for name, value in stored.get("custom", {}).items():
            if f"custom.{name}" in self._positions:
                yield f"custom.{name}", value
            else:
                rest[name] = value
        if rest:
            yield "custom", json.dumps(rest, ensure_ascii=False)


def _cell(value: object, as_cell: Callable[[str], str]) -> str:
    if type(value) is str:
        return as_cell(value)
    return " ".join(value) if isinstance(value, list) else str(value)
