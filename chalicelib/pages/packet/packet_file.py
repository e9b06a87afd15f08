"""Sets a whole packet: letter, statements, counts, names, how they were given, integrity."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.domain.exports.packet_volumes import Volume
from chalicelib.domain.exports.packets import MADE_BY
from chalicelib.i18n.marker import _
from chalicelib.i18n.text_direction import ISOLATE_END, ISOLATE_START, direction
from chalicelib.pages.packet.closing_pages import set_integrity, set_ways
from chalicelib.pages.packet.count_pages import set_counts
from chalicelib.pages.packet.cover_letter import set_letter
from chalicelib.pages.packet.name_pages import NamePages
from chalicelib.pages.packet.statement_pages import set_statement
from chalicelib.pages.packet.words import Words
from chalicelib.pages.typesetting.document_file import About, Bookmark, finish
from chalicelib.pages.typesetting.page_canvas import QUIET
from chalicelib.pages.typesetting.pdf_file import PdfFile
from chalicelib.pages.typesetting.typesetter import SIDE, Typesetter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chalicelib.domain.exports.packets import NamedSigner, Packet
    from chalicelib.pages.typesetting.page_canvas import Page

RUNNING_SIZE = 8.0


def write_packet(
    out: BinaryIO,
    packet: Packet,
    signers: Iterable[NamedSigner],
    sums: Mapping[str, str],
    progress: Callable[[int], None] = lambda _done: None,
    volume: Volume | None = None,
) -> int:
    """Writes the PDF to `out` and returns how many pages it has: the same bytes for the same packet, signers and sums.

    `volume` is the first of several, else all names are in it; `sums` are those of the other files.
    """
    volume = volume or Volume(names=packet.named)
    words, pdf = Words(packet), PdfFile(out)
    rtl = direction(words.language) == "rtl"
    setter = Typesetter(pdf, packet.options.paper, rtl=rtl, header=_header(packet))
    chapters = _chapters(packet, words, volume)
    contents = set_letter(setter, packet, words, [title for title, _ in chapters])
    places = []
    for _title, set_chapter in chapters:
        setter.new_page()
        places.append(len(setter.pages) - 1)
        set_chapter(setter, signers, sums, progress)
    contents.fill(setter, places, words)
    about = About(packet.title, words.language, datetime.fromisoformat(packet.made_at), MADE_BY)
    bookmarks = [Bookmark(title, place) for (title, _), place in zip(chapters, places, strict=True)]
    finish(pdf, setter, about, bookmarks, _footer(setter, packet, words))
    return len(setter.pages)


def write_volume(
    out: BinaryIO, packet: Packet, signers: Iterable[NamedSigner], progress: Callable[[int], None], volume: Volume
) -> int:
    """Writes the PDF of a later volume, which has names alone, to `out` and returns how many pages it has."""
    words, pdf = Words(packet), PdfFile(out)
    rtl = direction(words.language) == "rtl"
    setter = Typesetter(pdf, packet.options.paper, rtl=rtl, header=_header(packet, without=None))
    NamePages(setter, packet, words, volume).set_all(signers, progress)
    about = About(packet.title, words.language, datetime.fromisoformat(packet.made_at), MADE_BY)
    finish(pdf, setter, about, [Bookmark(words.text(_("Names")), 0)], _footer(setter, packet, words))
    return len(setter.pages)


def _chapters(packet: Packet, words: Words, volume: Volume) -> list[tuple[str, Callable[..., None]]]:
    """Titles of what follows the letter, each with what sets it."""
    statement = words.text(_("The statement, as it was signed"))
    return [
        (statement, lambda setter, *_rest: _set_statements(setter, packet, words)),
        (words.text(_("How many signed")), lambda setter, *_rest: set_counts(setter, packet, words)),
        (
            words.text(_("Names")),
            lambda setter, signers, _sums, progress: NamePages(setter, packet, words, volume).set_all(
                signers, progress
            ),
        ),
        (words.text(_("How the signatures were given")), lambda setter, *_rest: set_ways(setter, packet, words)),
        (
            words.text(_("Integrity sheet")),
            lambda setter, _signers, sums, _progress: set_integrity(setter, packet, words, sums),
        ),
    ]


def _set_statements(setter: Typesetter, packet: Packet, words: Words) -> None:
    for number, signed in enumerate(packet.statements):
        if number:
            setter.new_page()
        set_statement(setter, signed, words)


def _header(packet: Packet, without: int | None = 0) -> Callable[[Typesetter, Page], None]:
    """The title at the head of all pages but that at the place `without`."""

    def draw(setter: Typesetter, page: Page) -> None:
        if page.place == without:
            return
        frame, height = setter.frame, setter.height - 52
        line = setter.fitted(packet.title, "regular", RUNNING_SIZE, frame.right - frame.left)
        page.text(line, (frame.start(line, RUNNING_SIZE), height), RUNNING_SIZE, None, QUIET)
        page.rule(frame.left, frame.right, height - 7)

    return draw


def _footer(setter: Typesetter, packet: Packet, words: Words) -> Callable[[Page, int], None]:
    def draw(page: Page, pages: int) -> None:
        frame = setter.frame
        count = setter.words(words.text(_("Page {page} of {pages}"), page=page.place + 1, pages=pages))
        width = count.width * RUNNING_SIZE / 1000
        # The day comes first: names of organisations are cut where they are long.
        said, room = _apart(words.day(packet.day), *packet.sponsors[:2]), frame.right - frame.left - width - 24
        made = setter.fitted(said, "regular", RUNNING_SIZE, room)
        page.text(made, (frame.start(made, RUNNING_SIZE), 44), RUNNING_SIZE, None, QUIET)
        left = SIDE if setter.rtl else frame.right - width
        page.text(count, (left, 44), RUNNING_SIZE, None, QUIET)

    return draw


def _apart(*parts: str) -> str:
    """Parts of one line, each in its own direction."""
    return ", ".join(f"{ISOLATE_START}{part}{ISOLATE_END}" for part in parts)
