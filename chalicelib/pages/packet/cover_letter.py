"""The first page: from whom, to whom, what, how many, and what else is inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.exports.packets import Names
from chalicelib.i18n.marker import _
from chalicelib.pages.typesetting.page_canvas import INK, QUIET, Page
from chalicelib.pages.typesetting.typesetter import BODY, SMALL, TITLE, Setting

if TYPE_CHECKING:
    from chalicelib.domain.exports.packets import Packet
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter

FROM = Setting(size=11.5, leading=16, after=0, style="bold")
SUMMARY = Setting(size=12, leading=17.5, after=10, style="italic", grey=QUIET)
FIGURE = Setting(size=46, leading=54, after=3, style="bold")
UNDER_FIGURE = Setting(size=11.5, leading=16, after=18, grey=QUIET)
LABEL = Setting(size=8.5, leading=13, after=1, grey=QUIET)
ADDRESSEE = Setting(size=12, leading=17, after=0)
# What must be left of the page for the sponsors' line to sign on, below the contents.
SIGNING_HEIGHT = 76


@dataclass(slots=True)
class Contents:
    """The list of chapters: their page numbers are filled in once they are known."""

    page: Page
    entries: list[tuple[str, Tag, float]]
    tag: Tag

    def fill(self, setter: Typesetter, places: list[int], words: Words) -> None:
        """Writes the page that each chapter begins on, from 0 in `places`."""
        frame = setter.frame
        for (_title, tag, height), place in zip(self.entries, places, strict=True):
            line = setter.words(words.number(place + 1))
            width = line.width * BODY.size / 1000
            left = frame.left if frame.rtl else frame.right - width
            self.page.text(line, (left, height), BODY.size, tag)
            tag.close()
        self.tag.close()


def set_letter(setter: Typesetter, packet: Packet, words: Words, chapters: list[str]) -> Contents:
    """Sets the letter; returns the list of `chapters`, to be filled in."""
    letter = setter.tags.document.open("Sect")
    setter.y = setter.height - 62
    _head(setter, packet, words, letter)
    setter.space(20)
    setter.paragraph(words.kind, letter, LABEL)
    setter.paragraph(packet.title, letter, TITLE, kind="H1")
    if packet.summary:
        setter.paragraph(packet.summary[:600], letter, SUMMARY)
    setter.space(6)
    total = packet.recount.total
    setter.paragraph(words.number(total), letter, FIGURE)
    setter.paragraph(words.ngettext("signature", "signatures", total), letter, UNDER_FIGURE)
    for sentence in _sentences(packet, words):
        setter.paragraph(sentence, letter, BODY)
    setter.ensure(len(chapters) * 17 + SIGNING_HEIGHT)
    setter.space(6)
    contents = _contents(setter, words, letter, chapters)
    _signing_line(setter, words, letter)
    letter.close()
    return contents


def _head(setter: Typesetter, packet: Packet, words: Words, letter: Tag) -> None:
    for sponsor in packet.sponsors[:4]:
        setter.paragraph(sponsor, letter, FROM)
    if more := packet.sponsors[4:]:
        setter.paragraph(", ".join(more), letter, SMALL)
    setter.y -= 7
    setter.page.rule(setter.frame.left, setter.frame.right, setter.y, thickness=1.2, grey=INK)
    setter.y -= 8
    setter.paragraph(words.day(packet.day), letter, LABEL)
    if packet.options.target:
        setter.space(18)
        setter.paragraph(words.text(_("To")), letter, LABEL)
        for target in packet.options.target.split("\n"):
            setter.paragraph(target, letter, ADDRESSEE)


def _sentences(packet: Packet, words: Words) -> list[str]:
    recount, found = packet.recount, []
    if not recount.total:
        return [words.text(_("Nobody has signed yet. This packet shows what it will look like."))]
    period = {"first": words.day(recount.first_day), "last": words.day(recount.last_day)}
    if packet.is_letter:
        found.append(
            words.text(_("We hand over to you this open letter, signed between {first} and {last}."), **period)
        )
    else:
        found.append(words.text(_("We hand over to you this petition, signed between {first} and {last}."), **period))
    listed = _listed(packet, words)
    if packet.named < recount.total:
        listed += " " + words.text(_("All others are counted without their names."))
    found.append(listed)
    if recount.on_paper:
        found.append(
            words.ngettext(
                "{n} of the signatures was given on paper.",
                "{n} of the signatures were given on paper.",
                recount.on_paper,
            )
        )
    return found


def _listed(packet: Packet, words: Words) -> str:
    if packet.options.names is Names.ALL:
        return words.ngettext(
            "{n} person who signed online is listed in this packet: they agreed to be named, or the form told them that names are handed over.",
            "{n} people who signed online are listed in this packet: they agreed to be named, or the form told them that names are handed over.",
            packet.named,
        )
    return words.ngettext(
        "{n} person who signed online agreed to be named, and is listed in this packet.",
        "{n} people who signed online agreed to be named, and are listed in this packet.",
        packet.named,
    )


def _contents(setter: Typesetter, words: Words, letter: Tag, chapters: list[str]) -> Contents:
    setter.paragraph(words.text(_("In this packet")), letter, LABEL)
    tag = letter.open("TOC")
    contents = Contents(setter.page, [], tag)
    for title in chapters:
        entry = tag.open("TOCI")
        setter.y -= 17
        line = setter.words(title)
        setter.page.text(line, (setter.frame.start(line, BODY.size), setter.y), BODY.size, entry)
        setter.page.rule(setter.frame.left, setter.frame.right, setter.y - 4.5, thickness=0.3)
        contents.entries.append((title, entry, setter.y))
    return contents


def _signing_line(setter: Typesetter, words: Words, letter: Tag) -> None:
    setter.y -= 52
    frame = setter.frame
    left, right = (frame.right - 240, frame.right) if frame.rtl else (frame.left, frame.left + 240)
    setter.page.rule(left, right, setter.y, grey=INK)
    setter.paragraph(words.text(_("Place, date and signature, for those who hand it over")), letter, LABEL)
