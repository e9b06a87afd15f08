"""Sets tables: a row is never broken, and the head is repeated on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.pages.typesetting.bidi import is_rtl
from chalicelib.pages.typesetting.line_breaking import StyledText, broken
from chalicelib.pages.typesetting.page_canvas import INK, QUIET
from chalicelib.pages.typesetting.typesetter import Place, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.pages.typesetting.shaping import Line
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter

SIZE, LEADING, PADDING = 9.5, 13.5, 2.5
BAR_THICKNESS, BAR_GREY = 5.0, 0.62


@dataclass(frozen=True, slots=True)
class Column:
    """A column that takes `share` of the width; numbers are aligned at their end."""

    title: str
    share: float
    is_number: bool = False


def column_places(frame: Place, shares: Sequence[float], *, before: float = 0.0, after: float) -> list[Place]:
    """Where the text of each column may stand that takes its share of `frame`, with that much free `before` and `after` it."""
    places, left, width = [], frame.left, frame.right - frame.left
    for share in shares:
        right = left + share * width
        edges = (left + before, right - after)
        if frame.rtl:
            edges = (frame.left + frame.right - edges[1], frame.left + frame.right - edges[0])
        places.append(Place(*edges, frame.rtl))
        left = right
    return places


class Table:
    """One table that is being set. `has_bars`: the last column shows a number from 0 to 1 as a bar."""

    def __init__(self, setter: Typesetter, tag: Tag, columns: Sequence[Column], *, has_bars: bool = False) -> None:
        self._setter = setter
        self._tag = tag.open("Table")
        self._columns = columns
        self._has_bars = has_bars
        self._page = setter.page
        setter.ensure(3 * (LEADING + 2 * PADDING))
        self._page = setter.page
        self._head(self._tag)

    def add(self, rows: Iterable[Sequence[str]], bars: Iterable[float] = ()) -> None:
        """Sets rows of cells; with `bars`, each ends with one."""
        lengths = iter(bars)
        for cells in rows:
            self._row(cells, next(lengths, None))

    def close(self) -> None:
        """Ends the table."""
        self._tag.close()
        self._setter.y -= 14

    def _places(self) -> list[Place]:
        return column_places(self._setter.frame, [column.share for column in self._columns], after=10)

    def _head(self, tag: Tag | None) -> None:
        if not any(column.title for column in self._columns):
            return
        row = tag.open("TR") if tag else None
        self._setter.y -= LEADING + PADDING
        for column, place in zip(self._columns, self._places(), strict=True):
            line = self._setter.words(column.title, "bold")
            cell = row.open("TH", entries=b"/A<</O/Table/Scope/Column>>") if row else None
            self._draw(line, place, column, cell, INK)
            if cell:
                cell.close()
        if row:
            row.close()
        self._setter.y -= PADDING + 1
        self._setter.page.rule(
            self._setter.frame.left, self._setter.frame.right, self._setter.y, thickness=0.8, grey=INK
        )

    def _row(self, cells: Sequence[str], bar: float | None) -> None:
        setter, places = self._setter, self._places()
        shown = [clean(text) for text in cells]
        lines = [
            broken(
                setter.shaper,
                StyledText.plain(text),
                (place.right - place.left) * 1000 / SIZE,
                rtl=is_rtl(text, otherwise=setter.rtl),
            )
            for text, place in zip(shown, places[: len(cells)], strict=True)
        ]
        height = max(map(len, lines)) * LEADING + 2 * PADDING
        setter.ensure(height)
        if setter.page is not self._page:
            self._page = setter.page
            self._head(None)
        row, top = self._tag.open("TR"), setter.y - PADDING
        for number, (column, place) in enumerate(zip(self._columns, places, strict=False)):
            if number < len(lines):
                self._cell(row, lines[number], place, column, top, is_first=number == 0)
        if bar is not None:
            self._bar(places[-1], top - LEADING + 1, bar)
        row.close()
        setter.y = top + PADDING - height
        setter.page.rule(setter.frame.left, setter.frame.right, setter.y, thickness=0.3)

    def _cell(self, row: Tag, lines: list[Line], place: Place, column: Column, top: float, *, is_first: bool) -> None:
        kind, scope = ("TH", b"/A<</O/Table/Scope/Row>>") if is_first else ("TD", b"")
        cell = row.open(kind, entries=scope)
        for number, line in enumerate(lines, start=1):
            self._setter.y = top - number * LEADING + 3
            self._draw(line, place, column, cell, INK if is_first else QUIET)
        cell.close()

    def _draw(self, line: Line, place: Place, column: Column, tag: Tag | None, grey: float) -> None:
        ends = Place(place.left, place.right, not place.rtl) if column.is_number else place
        self._setter.page.text(line, (ends.start(line, SIZE), self._setter.y), SIZE, tag, grey)

    def _bar(self, place: Place, height: float, length: float) -> None:
        width = (place.right - place.left) * min(length, 1.0)
        left = place.right - width if place.rtl else place.left
        self._setter.page.rule(left, left + max(width, 0.5), height + 4, thickness=BAR_THICKNESS, grey=BAR_GREY)
