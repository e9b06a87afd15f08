"""How the signatures were confirmed, and the sheet by which everything can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.exports.packets import MADE_BY
from chalicelib.i18n.marker import _
from chalicelib.pages.packet.words import DOUBLE, NOT_HANDWRITTEN, PAPER, SINGLE
from chalicelib.pages.typesetting.tables import Column, Table
from chalicelib.pages.typesetting.typesetter import BODY, HEADING, SUBHEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.domain.exports.packets import Packet
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.typesetter import Typesetter


def set_ways(setter: Typesetter, packet: Packet, words: Words) -> None:
    """Sets what the signatures are worth, from the head of a page."""
    part, recount = setter.tags.document.open("Sect"), packet.recount
    setter.paragraph(words.text(_("How the signatures were given")), part, HEADING, kind="H2")
    for sentence in (DOUBLE if packet.is_double else SINGLE, NOT_HANDWRITTEN, PAPER):
        setter.paragraph(words.text(sentence), part, BODY)
    gone = _(
        "People who took their signature back, or asked to be erased, before this packet was made are neither counted nor named."
        " Who does so later cannot be taken out of a packet that has been handed over."
    )
    setter.paragraph(words.text(gone), part, BODY)
    table = Table(
        setter, part, (Column(words.text(_("How")), 0.6), Column(words.text(_("Signatures")), 0.25, is_number=True))
    )
    online = _("Online, confirmed by email") if packet.is_double else _("Online, by the form alone")
    rows = [(words.text(online), recount.total - recount.on_paper), (words.text(_("On paper")), recount.on_paper)]
    table.add([(label, words.number(n)) for label, n in [*rows, (words.text(_("Together")), recount.total)]])
    table.close()
    part.close()


def set_integrity(setter: Typesetter, packet: Packet, words: Words, sums: Mapping[str, str]) -> None:
    """Sets the integrity sheet, from the head of a page; `sums` are the SHA-256 of the other files by name."""
    part = setter.tags.document.open("Sect")
    setter.paragraph(words.text(_("Integrity sheet")), part, HEADING, kind="H2")
    purpose = _(
        "With this sheet anybody can check that nothing was changed after the packet was made. The file integrity.json beside"
        " it holds the same, and the sum of this document too."
    )
    setter.paragraph(words.text(purpose), part, BODY)
    table = Table(setter, part, (Column("", 0.4), Column("", 0.6)))
    table.add(_facts(packet, words))
    table.close()
    setter.paragraph(words.text(_("Files, with their SHA-256")), part, SUBHEADING, kind="H3")
    files = Table(setter, part, (Column("", 0.2), Column("", 0.8)))
    files.add(sums.items())
    files.close()
    setter.paragraph(words.text(_("Statements, with their SHA-256")), part, SUBHEADING, kind="H3")
    statements = Table(setter, part, (Column("", 0.2), Column("", 0.8)))
    statements.add(
        (f"{one.statement.language} · {one.statement.version}", one.statement.sha256) for one in packet.statements
    )
    statements.close()
    part.close()


def _facts(packet: Packet, words: Words) -> Iterator[tuple[str, str]]:
    recount = packet.recount
    yield words.text(_("Made")), words.when
    yield "UTC", packet.made_at
    yield words.text(_("Campaign")), packet.campaign
    yield words.text(_("Counted while signing")), words.number(packet.tally)
    yield words.text(_("Counted again, one by one")), words.number(recount.total)
    if packet.tally == recount.total:
        yield words.text(_("Difference")), words.text(_("None"))
    else:
        reason = _("{n}: given or taken back while the packet was being made")
        difference = recount.total - packet.tally
        yield words.text(_("Difference")), words.text(reason, n=f"{difference:+}")
    yield words.text(_("Names in this packet")), words.number(packet.named)
    yield words.text(_("Made by")), MADE_BY
