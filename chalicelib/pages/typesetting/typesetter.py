"""Sets paragraphs, lists and tables on page after page, with what stands on every page.

No paragraph leaves a single line behind or takes one along, and no heading stands at the foot of a page.
"""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.pages.typesetting.bidi import is_rtl
from chalicelib.pages.typesetting.line_breaking import StyledText, broken
from chalicelib.pages.typesetting.page_canvas import INK, QUIET, Page
from chalicelib.pages.typesetting.shaping import Shaper
from chalicelib.pages.typesetting.tags import TagTree
from chalicelib.pages.typesetting.type_faces import TypeCase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.pages.typesetting.pdf_file import PdfFile
    from chalicelib.pages.typesetting.shaping import Line
    from chalicelib.pages.typesetting.tags import Tag

SIDE, TOP, BOTTOM = 68.0, 84.0, 74.0
PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
HANG = 16.0  # from a list's number to its words
MIN_LINES = 2  # together at the end and at the beginning of a page


class Setting(NamedTuple):
    """How a paragraph is set: sizes and distances in points."""

    size: float = 10.5
    leading: float = 15.5
    after: float = 8.0
    style: str = "regular"
    grey: float = INK
    indent: float = 0.0


BODY = Setting()
SMALL = Setting(size=8.5, leading=12.0, after=5.0, grey=QUIET)
TITLE = Setting(size=22.0, leading=28.0, after=10.0, style="bold")
HEADING = Setting(size=15.0, leading=20.0, after=8.0, style="bold")
SUBHEADING = Setting(size=11.5, leading=16.0, after=4.0, style="bold")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line may stand: from `left` to `right`, in a text that runs right to left if `rtl`."""

    left: float
    right: float
    rtl: bool

    def start(self, line: Line, size: float) -> float:
        """The left end of `line` when it begins where its text begins."""
        return self.right - line.width * size / 1000 if self.rtl else self.left


class Typesetter:
    """Sets the text of one file."""

    def __init__(self, pdf: PdfFile, paper: str, *, rtl: bool, header: Callable[[Typesetter, Page], None]) -> None:
        self.pdf = pdf
        self.case = TypeCase(pdf)
        self.shaper = Shaper(self.case)
        self.tags = TagTree(pdf)
        self.width, self.height = PAPERS[paper]
        self.rtl = rtl
        self.pages: list[Page] = []
        self._header = header
        self._narrower = 0.0
        self.y = 0.0
        self.new_page()

    @property
    def page(self) -> Page:
        """The page that is being set."""
        return self.pages[-1]

    @property
    def frame(self) -> Place:
        """The width of the text."""
        ends = (self._narrower, 0.0) if self.rtl else (0.0, self._narrower)
        return Place(SIDE + ends[0], self.width - SIDE - ends[1], self.rtl)

    @contextmanager
    def narrowed(self, width: float) -> Iterator[None]:
        """Inside, the text leaves `width` free at the end of its lines."""
        self._narrower = width
        yield
        self._narrower = 0.0

    @property
    def room(self) -> float:
        """How much height is left on the page."""
        return self.y - BOTTOM

    def new_page(self) -> None:
        """Goes on on the next page."""
        if self.pages:
            self.page.write()
        self.pages.append(Page(self.pdf, self.case, len(self.pages)))
        self.y = self.height - TOP
        self._header(self, self.page)

    def ensure(self, height: float) -> None:
        """Goes on on the next page unless `height` is left on this one."""
        if self.room < height:
            self.new_page()

    def space(self, height: float) -> None:
        """Leaves `height` free, but not at the head of a page."""
        if self.y < self.height - TOP:
            self.y -= height

    def paragraph(
        self,
        text: StyledText | str,
        tag: Tag,
        setting: Setting = BODY,
        *,
        kind: str = "P",
        rtl: bool | None = None,
        lead: str = "",
    ) -> None:
        """Sets a paragraph as an element of `kind` in `tag`, from the side of `rtl`, or else of the document.

        Unless `rtl` is given, the words follow their own direction. `lead` is a list's number or bullet, beside the first line.
        """
        styled = text if isinstance(text, StyledText) else StyledText.plain(clean(text), setting.style)
        runs_left = self.rtl if rtl is None else rtl
        begins_left = is_rtl(styled.text, otherwise=runs_left) if rtl is None else rtl
        edge = self.frame
        indents = (0.0, setting.indent) if runs_left else (setting.indent, 0.0)
        place = Place(edge.left + indents[0], edge.right - indents[1], runs_left)
        lines = broken(self.shaper, styled, (place.right - place.left) * 1000 / setting.size, rtl=begins_left)
        element = tag.open(kind)
        keeps = 3 if kind.startswith("H") else 0  # lines of what follows
        for number, line in enumerate(lines):
            left = len(lines) - number
            together = MIN_LINES if (number == 0 and left >= MIN_LINES) or left == MIN_LINES else 1
            if number == 0 and left == MIN_LINES + 1:
                together = left
            self.ensure((together + (keeps if left <= MIN_LINES else 0)) * setting.leading)
            self.y -= setting.leading
            if lead and number == 0:
                self._lead(lead, place, setting, element)
            self.page.text(line, (place.start(line, setting.size), self.y), setting.size, element, setting.grey)
        element.close()
        self.y -= setting.after

    def _lead(self, lead: str, place: Place, setting: Setting, element: Tag) -> None:
        line = self.words(lead)
        left = place.right + HANG - line.width * setting.size / 1000 if place.rtl else place.left - HANG
        self.page.text(line, (left, self.y), setting.size, element, setting.grey)

    def height_of(self, text: StyledText | str, setting: Setting, *, narrower: float = 0.0) -> float:
        """How high a paragraph is, set across the page less `narrower`."""
        styled = text if isinstance(text, StyledText) else StyledText.plain(clean(text), setting.style)
        width = self.frame.right - self.frame.left - setting.indent - narrower
        lines = broken(self.shaper, styled, width * 1000 / setting.size, rtl=is_rtl(styled.text, otherwise=self.rtl))
        return len(lines) * setting.leading + setting.after

    def words(self, text: str, style: str = "regular") -> Line:
        """One line of `text`, in its own direction."""
        shown = clean(text)
        return self.shaper.line(shown, style, rtl=is_rtl(shown, otherwise=self.rtl))

    def finish(self, footer: Callable[[Page, int], None]) -> bytes:
        """Writes all pages, with a `footer` that knows how many there are; returns the object of fonts' content."""
        self.page.write()
        for page in self.pages:
            footer(page, len(self.pages))
            page.write()
            self.tags.close_page(page)
        self.tags.close()
        return self.case.embed()

    def fitted(self, text: str, style: str, size: float, width: float) -> Line:
        """One line of `text`, cut with an ellipsis where it is wider than `width`."""
        line, shown = self.words(text, style), clean(text)
        while line.width * size / 1000 > width and len(shown) > 1:
            shown = shown[: int(len(shown) * 0.9)].rstrip()
            line = self.words(f"{shown}…", style)
        return line


def clean(text: str) -> str:
    """`text` in composed characters, without line breaks and other controls."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        " " if c in "\n\t\r\u2028\u2029" else c for c in composed if c in "\n\t\r" or unicodedata.category(c) != "Cc"
    )
