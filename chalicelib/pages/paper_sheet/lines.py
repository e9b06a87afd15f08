"""The lines of a sheet, to be filled in by hand: number, name, address, signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.i18n.marker import _
from chalicelib.pages.typesetting.page_canvas import INK, QUIET
from chalicelib.pages.typesetting.tables import column_places

if TYPE_CHECKING:
    from chalicelib.i18n.translator import Translator
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Place, Typesetter

LINE_HEIGHT = 26.0  # some 9 mm
SIZE = 8.5
TITLES = ("#", _("Name"), _("Address"), _("Signature"))
SHARES = (0.06, 0.31, 0.36, 0.27)
PADDING = 5.0


class SignatureLines:
    """Sets the table of a page."""

    def __init__(self, setter: Typesetter, words: Translator) -> None:
        self._setter = setter
        self._words = words

    def set(self, part: Tag, done: int, last: int) -> None:
        """Lines with the numbers `done` + 1 to `last`, below what is on the page."""
        setter = self._setter
        table, top = part.open("Table"), setter.y
        self._head(table)
        for number in range(done + 1, last + 1):
            row = table.open("TR")
            setter.y -= LINE_HEIGHT
            line = setter.words(self._words.number(number))
            cell = row.open("TH", entries=b"/A<</O/Table/Scope/Row>>")
            place = self._places()[0]
            setter.page.text(line, (place.start(line, SIZE), setter.y + 9), SIZE, cell, QUIET)
            cell.close()
            for _title in TITLES[1:]:
                row.open("TD").close()
            row.close()
            setter.page.rule(setter.frame.left, setter.frame.right, setter.y, thickness=0.5)
        table.close()
        self._uprights(top)
        setter.y -= 10

    def _head(self, table: Tag) -> None:
        setter, row = self._setter, table.open("TR")
        setter.page.rule(setter.frame.left, setter.frame.right, setter.y, thickness=0.8, grey=INK)
        setter.y -= 16
        for title, place in zip(TITLES, self._places(), strict=True):
            line = setter.words(self._words.text(title), "bold")
            cell = row.open("TH", entries=b"/A<</O/Table/Scope/Column>>")
            setter.page.text(line, (place.start(line, SIZE), setter.y + 4), SIZE, cell)
            cell.close()
        row.close()
        setter.page.rule(setter.frame.left, setter.frame.right, setter.y, thickness=0.8, grey=INK)

    def _places(self) -> list[Place]:
        return column_places(self._setter.frame, SHARES, before=PADDING, after=PADDING)

    def _uprights(self, top: float) -> None:
        """Lines between the columns, from `top` down to the last row."""
        setter = self._setter
        middle, height = (top + setter.y) / 2, top - setter.y
        edges = [place.left - PADDING for place in self._places()] + [place.right + PADDING for place in self._places()]
        for edge in sorted({round(one, 2) for one in edges}):
            setter.page.rule(edge - 0.25, edge + 0.25, middle, thickness=height)
