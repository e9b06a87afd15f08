"""How many signed: from which countries and regions, in which languages, in which weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.i18n.languages import without_accents
from chalicelib.i18n.marker import _
from chalicelib.pages.typesetting.tables import Column, Table
from chalicelib.pages.typesetting.typesetter import BODY, HEADING, SUBHEADING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.exports.packets import Packet
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter


def set_counts(setter: Typesetter, packet: Packet, words: Words) -> None:
    """Sets the tables, from the head of a page."""
    part, recount = setter.tags.document.open("Sect"), packet.recount
    setter.paragraph(words.text(_("How many signed")), part, HEADING, kind="H2")
    setter.paragraph(
        words.text(_("All signatures that counted at the moment this packet is of: {when}."), when=words.when),
        part,
        BODY,
    )
    countries = sorted(
        recount.countries.items(), key=lambda pair: (not pair[0], -pair[1], without_accents(words.country(pair[0])))
    )
    _table(setter, words, part, words.text(_("By country")), ((words.country(code), n) for code, n in countries))
    regions = sorted(recount.regions.items(), key=lambda pair: (-pair[1], without_accents(words.region(pair[0]))))
    named = [(f"{words.region(code)} ({words.country(code.partition('-')[0])})", n) for code, n in regions]
    if named:
        named.append((words.region(""), recount.total - recount.regions.total()))
    _table(setter, words, part, words.text(_("By region")), named)
    languages = sorted(recount.languages.items(), key=lambda pair: (not pair[0], -pair[1], pair[0]))
    _table(setter, words, part, words.text(_("By language")), ((words.language_name(code), n) for code, n in languages))
    weeks = sorted(recount.weeks.items())
    title = words.text(_("By week, from the Monday named"))
    _table(setter, words, part, title, ((words.day(monday), n) for monday, n in weeks))
    part.close()


def _table(setter: Typesetter, words: Words, part: Tag, title: str, counts: Iterable[tuple[str, int]]) -> None:
    rows = [(label, n) for label, n in counts if n]
    if not rows:
        return
    setter.paragraph(title, part, SUBHEADING, kind="H3")
    columns = (
        Column("", 0.38),
        Column(words.text(_("Signatures")), 0.18, is_number=True),
        Column(words.text(_("Share")), 0.12, is_number=True),
        Column("", 0.32),
    )
    total, most = sum(n for _label, n in rows), max(n for _label, n in rows)
    table = Table(setter, part, columns, has_bars=True)
    table.add(((label, words.number(n), words.share(n, total)) for label, n in rows), (n / most for _label, n in rows))
    table.close()
