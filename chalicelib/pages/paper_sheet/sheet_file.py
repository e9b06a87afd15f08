"""Sets a sheet to sign on paper: the statement on every page with lines, as parliaments ask, and the way to the form online.

A statement that leaves no room for lines stands on pages of its own, before those, which then repeat its title and summary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from chalicelib.domain.exports.packets import MADE_BY
from chalicelib.i18n.languages import interface_language
from chalicelib.i18n.marker import _
from chalicelib.i18n.text_direction import direction
from chalicelib.i18n.translator import Translator
from chalicelib.pages.paper_sheet.lines import LINE_HEIGHT, SignatureLines
from chalicelib.pages.paper_sheet.qr_code import draw_qr
from chalicelib.pages.typesetting.document_file import About, finish
from chalicelib.pages.typesetting.markdown_blocks import markdown_blocks
from chalicelib.pages.typesetting.page_canvas import QUIET
from chalicelib.pages.typesetting.pdf_file import PdfFile
from chalicelib.pages.typesetting.typesetter import SIDE, SMALL, Setting, Typesetter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.statements import Statement
    from chalicelib.domain.paper.printed_sheets import PrintedSheet
    from chalicelib.pages.typesetting.page_canvas import Page
    from chalicelib.pages.typesetting.tags import Tag

QR_SIZE, QR_GAP = 78.0, 16.0
TEXT = Setting(size=9.5, leading=13.5, after=6)
LEAD = TEXT._replace(style="italic")
TITLE = Setting(size=15, leading=19, after=4, style="bold")
KIND = Setting(size=9, leading=13, after=2, grey=QUIET)
PLEDGE = Setting(size=10.5, leading=15, after=4, style="bold")
RUNNING_SIZE = 8.0
# Fewer lines beside the whole statement are not worth the paper.
FEWEST = 8
ABOVE_PLEDGE, HEAD_HEIGHT = 6.0, 22.0


def write_sheet(out: BinaryIO, sheet: PrintedSheet, statement: Statement, made_at: datetime) -> int:
    """Writes the PDF to `out` and returns how many pages it has: the same bytes for the same sheet and moment."""
    pdf = PdfFile(out)
    page_language = interface_language(sheet.language)
    setter = Typesetter(pdf, sheet.paper, rtl=direction(sheet.language) == "rtl", header=lambda *_: None)
    words = Translator(page_language)
    _Sheet(setter, sheet, statement, words).set()
    about = About(statement.title, sheet.language, made_at, MADE_BY)
    finish(pdf, setter, about, [], _footer(setter, sheet, words))
    return len(setter.pages)


class _Sheet:
    def __init__(self, setter: Typesetter, sheet: PrintedSheet, statement: Statement, words: Translator) -> None:
        self._setter = setter
        self._sheet = sheet
        self._statement = statement
        self._words = words
        self._lines = SignatureLines(setter, words)

    def set(self) -> None:
        setter, sheet = self._setter, self._sheet
        setter.y = setter.height - 46
        is_whole = self._rows_beside(self._height_of_text()) >= min(sheet.rows or FEWEST, FEWEST)
        if not is_whole:
            part = setter.tags.document.open("Sect")
            self._head(part, "H1")
            self._text(part)
            part.close()
            setter.new_page()
        done = 0
        while done < (sheet.rows or 1):
            if done:
                setter.new_page()
            done = self._page_of_lines(done, is_whole=is_whole)

    def _page_of_lines(self, done: int, *, is_whole: bool) -> int:
        """Sets one page with lines from number `done` on; returns how many there are now."""
        setter, sheet = self._setter, self._sheet
        setter.y = setter.height - 46
        part = setter.tags.document.open("Sect")
        self._head(part, "H1" if is_whole and not done else "H2")
        if is_whole:
            self._text(part)
        elif self._statement.summary:
            setter.paragraph(self._statement.summary, part, LEAD)
        if not is_whole:
            setter.paragraph(self._words.text(_("The whole text is on the pages before.")), part, SMALL)
        sentence = (
            _("We, who sign below, sign this letter:")
            if sheet.is_letter
            else _("We, who sign below, support this petition:")
        )
        setter.y -= ABOVE_PLEDGE
        setter.paragraph(self._words.text(sentence), part, PLEDGE)
        notes = self._notes()
        last = done + max(1, int((setter.room - self._height_of(notes) - HEAD_HEIGHT) // LINE_HEIGHT))
        last = min(sheet.rows, last) if sheet.rows else last
        self._lines.set(part, done, last)
        for note in notes:
            setter.paragraph(note, part, SMALL)
        part.close()
        return last

    def _rows_beside(self, height: float) -> int:
        """How many lines fit under a text of that height."""
        setter = self._setter
        notes = self._height_of(self._notes())
        rest = (
            setter.room
            - self._height_of_head()
            - height
            - PLEDGE.leading
            - PLEDGE.after
            - notes
            - ABOVE_PLEDGE
            - HEAD_HEIGHT
        )
        return int(rest // LINE_HEIGHT)

    def _height_of(self, notes: list[str]) -> float:
        return sum(self._setter.height_of(note, SMALL) for note in notes)

    def _height_of_head(self) -> float:
        narrower = QR_SIZE + QR_GAP
        lines = [(self._kind(), KIND), (self._statement.title, TITLE), (self._sheet.short_url, SMALL)]
        return max(QR_SIZE, sum(self._setter.height_of(text, how, narrower=narrower) for text, how in lines)) + 12

    def _height_of_text(self) -> float:
        setter, said = self._setter, self._statement
        lead = setter.height_of(said.summary, LEAD) if said.summary else 0.0
        return lead + sum(setter.height_of(text, how) for text, how, _kind, _lead in markdown_blocks(said.body, TEXT))

    def _kind(self) -> str:
        what = self._words.text(_("Open letter") if self._sheet.is_letter else _("Petition"))
        return " · ".join((what, *self._statement.targets))

    def _head(self, part: Tag, heading: str) -> None:
        """What it is, to whom, its title and where it is online, beside the code that leads there."""
        setter, sheet, top = self._setter, self._sheet, self._setter.y
        left = SIDE if setter.rtl else setter.frame.right - QR_SIZE
        draw_qr(setter.page, sheet.url, (left, top - QR_SIZE), QR_SIZE)
        with setter.narrowed(QR_SIZE + QR_GAP):
            setter.paragraph(self._kind(), part, KIND)
            setter.paragraph(self._statement.title, part, TITLE, kind=heading)
            setter.paragraph(self._words.text(_("Sign online: {address}"), address=sheet.short_url), part, SMALL)
        setter.y = min(setter.y, top - QR_SIZE) - 12

    def _text(self, part: Tag) -> None:
        setter, said = self._setter, self._statement
        text = part.open("Sect", language=said.language)
        if said.summary:
            setter.paragraph(said.summary, text, LEAD)
        for content, setting, kind, lead in markdown_blocks(said.body, TEXT):
            setter.paragraph(content, text, setting, kind=kind, lead=lead)
        text.close()

    def _notes(self) -> list[str]:
        sheet, words = self._sheet, self._words
        notes = [
            words.text(
                _(
                    "One person per line, by hand, in block letters. If you have signed online, do not sign here. Names on paper are counted, and not shown online."
                )
            )
        ]
        if sheet.contact:
            notes.append(words.text(_("Return it to {who}, {email}."), who=sheet.sponsors, email=sheet.contact))
        return notes


def _footer(setter: Typesetter, sheet: PrintedSheet, words: Translator) -> Callable[[Page, int], None]:
    def draw(page: Page, pages: int) -> None:
        frame = setter.frame
        version = words.text(_("Version {version} of the text"), version=str(sheet.version))
        about = setter.fitted(f"{version}, SHA-256 {sheet.sha256[:16]}", "regular", RUNNING_SIZE, 320)
        page.text(about, (frame.start(about, RUNNING_SIZE), 40), RUNNING_SIZE, None, QUIET)
        count = setter.words(words.text(_("Page {page} of {pages}"), page=page.place + 1, pages=pages))
        left = SIDE if setter.rtl else frame.right - count.width * RUNNING_SIZE / 1000
        page.text(count, (left, 40), RUNNING_SIZE, None, QUIET)

    return draw
