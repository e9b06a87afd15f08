"""The names, numbered and grouped, in columns; each name whole, and comments below the names they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.exports.packets import GroupBy, Names
from chalicelib.i18n.marker import _
from chalicelib.pages.typesetting.bidi import is_rtl, without_marks
from chalicelib.pages.typesetting.line_breaking import StyledText, broken
from chalicelib.pages.typesetting.page_canvas import INK, QUIET
from chalicelib.pages.typesetting.typesetter import BODY, BOTTOM, HEADING, MIN_LINES, SMALL, Place, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.domain.exports.packet_volumes import Volume
    from chalicelib.domain.exports.packets import NamedSigner, Packet
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.shaping import Line
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter

SIZE, LEADING, GAP = 9.5, 13.0, 2.0
COMMENT_SIZE, COMMENT_LEADING = 8.5, 11.5
GUTTER = 16.0
TOLD_EVERY = 500
GROUP_HEIGHT = 3 * LEADING


class NamePages:
    """Sets names one after another."""

    def __init__(self, setter: Typesetter, packet: Packet, words: Words, volume: Volume) -> None:
        self._setter = setter
        self._packet = packet
        self._words = words
        self._by = packet.options.group_by
        self._volume = volume
        self._number = volume.before
        self._columns = 2 if packet.options.comments else 3
        self._number_width = 7.0 + 5.2 * len(words.number(max(packet.named, 100)))
        self._column = 0
        self._top = 0.0
        self._list: Tag | None = None

    def set_all(self, signers: Iterable[NamedSigner], progress: Callable[[int], None]) -> None:
        """Sets the names of the volume, which come in groups, from the head of a page; tells `progress` how many there are so far."""
        part, words = self._setter.tags.document.open("Sect"), self._words
        self._setter.paragraph(words.text(_("Names")), part, HEADING, kind="H2")
        note = _("Names of people who signed online and agreed to be named, in the order in which they signed.")
        grouped = _(
            "Names of people who signed online and agreed to be named, by country and in the order in which they signed."
        )
        if self._by is GroupBy.REGION:
            grouped = _(
                "Names of people who signed online and agreed to be named, by country and region and in the order in which they signed."
            )
        if self._packet.options.names is Names.ALL:
            note = grouped = _(
                "Names of people who signed online. They agreed to be named, or the form told them that names are handed over."
            )
        self._setter.paragraph(words.text(note if self._by is GroupBy.NONE else grouped), part, BODY)
        if not self._volume.is_only:
            self._setter.paragraph(words.volume(self._volume, self._packet.named), part, BODY)
        if not self._packet.named:
            self._setter.paragraph(words.text(_("Nobody is listed.")), part, SMALL)
        self._begin_columns()
        before: tuple[str, str] | None = None
        for signer in signers:
            group = signer.group(self._by)
            self._headings(part, before, group)
            before = group
            self._entry(part, signer, with_country=self._by is GroupBy.NONE)
            if (done := self._number - self._volume.before) % TOLD_EVERY == 0:
                progress(done)
        self._end_list()
        part.close()

    def _headings(self, part: Tag, before: tuple[str, str] | None, group: tuple[str, str]) -> None:
        """Those between two names; a country none of whose regions is known has no heading for that."""
        if self._by is GroupBy.NONE or group == before:
            return
        is_same_country = before is not None and before[0] == group[0]
        if not is_same_country:
            self._heading(part, self._words.country(group[0]))
        if self._by is GroupBy.REGION and (group[1] or is_same_country):
            self._heading(part, self._words.region(group[1]), kind="H4")

    def _begin_columns(self) -> None:
        self._column, self._top = 0, self._setter.y

    def _end_list(self) -> None:
        if self._list:
            self._list.close()
            self._list = None

    def _next_column(self) -> None:
        if self._column + 1 < self._columns:
            self._column += 1
            self._setter.y = self._top
            return
        self._end_list()
        self._setter.new_page()
        self._begin_columns()

    def _ensure(self, height: float) -> None:
        if self._setter.y - height < BOTTOM and self._setter.y < self._top:
            self._next_column()

    def _heading(self, part: Tag, title: str, kind: str = "H3") -> None:
        self._end_list()
        self._ensure(GROUP_HEIGHT + LEADING)
        setter, place = self._setter, self._place()
        if setter.y < self._top:
            setter.y -= 8
        element, size = part.open(kind), SIZE + 1 if kind == "H3" else SIZE
        for line in self._lines(title, size, place, style="bold"):
            setter.y -= LEADING + 2
            setter.page.text(line, (place.start(line, size), setter.y), size, element)
        element.close()
        setter.y -= 4
        setter.page.rule(place.left, place.right, setter.y)
        setter.y -= 3

    def _place(self) -> Place:
        frame = self._setter.frame
        width = (frame.right - frame.left - GUTTER * (self._columns - 1)) / self._columns
        left = frame.left + self._column * (width + GUTTER)
        if frame.rtl:
            left = frame.right - width - self._column * (width + GUTTER)
        return Place(left, left + width, frame.rtl)

    def _text_place(self) -> Place:
        place = self._place()
        if place.rtl:
            return Place(place.left, place.right - self._number_width, rtl=True)
        return Place(place.left + self._number_width, place.right, rtl=False)

    def _lines(self, text: str, size: float, place: Place, style: str = "regular") -> list[Line]:
        shown = without_marks(clean(text))
        return broken(
            self._setter.shaper,
            StyledText.plain(shown, style),
            (place.right - place.left) * 1000 / size,
            rtl=is_rtl(shown),
        )

    def _entry(self, part: Tag, signer: NamedSigner, *, with_country: bool) -> None:
        self._number += 1
        names = self._lines(signer.name, SIZE, self._text_place())
        comment = self._comment_lines(signer)
        beginning = len(names) * LEADING + min(len(comment), MIN_LINES) * COMMENT_LEADING
        self._ensure(beginning if len(comment) != MIN_LINES + 1 else beginning + COMMENT_LEADING)
        self._list = self._list or part.open("L", entries=b"/A<</O/List/ListNumbering/Decimal>>")
        item = self._list.open("LI")
        self._draw_number(item)
        body = item.open("LBody")
        self._draw(names, SIZE, LEADING, body, INK)
        if with_country and signer.country:
            self._draw_country(names[-1], signer.country, body)
        self._draw_comment(comment, body)
        body.close()
        item.close()
        self._setter.y -= GAP

    def _comment_lines(self, signer: NamedSigner) -> list[Line]:
        if not (self._packet.options.comments and signer.comment.strip()):
            return []
        return self._lines(" ".join(signer.comment.split()), COMMENT_SIZE, self._text_place())

    def _draw_number(self, item: Tag) -> None:
        label, place, setter = item.open("Lbl"), self._place(), self._setter
        line = setter.words(self._words.number(self._number))
        left = (
            place.right - self._number_width + 6
            if place.rtl
            else place.left + self._number_width - 6 - line.width * 7 / 1000
        )
        setter.page.text(line, (left, setter.y - LEADING), 7, label, QUIET)
        label.close()

    def _draw(self, lines: list[Line], size: float, leading: float, body: Tag, grey: float) -> None:
        place = self._text_place()
        for line in lines:
            self._setter.y -= leading
            self._setter.page.text(line, (place.start(line, size), self._setter.y), size, body, grey)

    def _draw_country(self, last: Line, code: str, body: Tag) -> None:
        """Beside the name, or below it where there is no room."""
        place, setter = self._text_place(), self._setter
        line = setter.words(self._words.country(code))
        used, width = last.width * SIZE / 1000 + 6, line.width * 7.5 / 1000
        if used + width <= place.right - place.left:
            left = place.right - used - width if place.rtl else place.left + used
            setter.page.text(line, (left, setter.y), 7.5, body, QUIET)
            return
        self._draw(self._lines(self._words.country(code), 7.5, place), 7.5, 10, body, QUIET)

    def _draw_comment(self, lines: list[Line], body: Tag) -> None:
        for number, line in enumerate(lines):
            left = len(lines) - number
            if self._setter.y - COMMENT_LEADING * (MIN_LINES if left == MIN_LINES else 1) < BOTTOM and number:
                self._go_on()
            self._draw([line], COMMENT_SIZE, COMMENT_LEADING, body, QUIET)

    def _go_on(self) -> None:
        """In the next column, in the middle of a comment: its list is the same also on the next page."""
        kept, self._list = self._list, None
        self._next_column()
        self._list = kept
