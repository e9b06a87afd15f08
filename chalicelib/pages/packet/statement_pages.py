"""The statement in each language that was signed, with the hash of exactly these words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.i18n.marker import _
from chalicelib.i18n.text_direction import direction
from chalicelib.pages.typesetting.markdown_blocks import markdown_blocks
from chalicelib.pages.typesetting.typesetter import BODY, HEADING, SMALL, Setting

if TYPE_CHECKING:
    from chalicelib.domain.exports.packets import SignedStatement
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter

LEAD = BODY._replace(size=11.5, leading=17, style="italic")
HASH = Setting(size=8, leading=12, after=3)


def set_statement(setter: Typesetter, signed: SignedStatement, words: Words) -> None:
    """Sets one statement, from the head of a page."""
    statement = signed.statement
    rtl = direction(statement.language) == "rtl"
    part = setter.tags.document.open("Sect")
    label = words.text(
        _("{language}: the statement, version {version}"),
        language=words.language_name(statement.language),
        version=str(statement.version),
    )
    setter.paragraph(label, part, SMALL)
    text = part.open("Sect", language=statement.language)
    setter.paragraph(statement.title, text, HEADING, kind="H2", rtl=rtl)
    if statement.targets:
        setter.paragraph(" · ".join(statement.targets), text, SMALL, rtl=rtl)
    if statement.summary:
        setter.paragraph(statement.summary, text, LEAD, rtl=rtl)
    for content, setting, kind, lead in markdown_blocks(statement.body):
        setter.paragraph(content, text, setting, kind=kind, rtl=rtl, lead=lead)
    text.close()
    _hash(setter, signed, words, part)
    part.close()


def _hash(setter: Typesetter, signed: SignedStatement, words: Words, part: Tag) -> None:
    setter.ensure(4 * HASH.leading)
    setter.space(6)
    setter.page.rule(setter.frame.left, setter.frame.right, setter.y)
    setter.y -= 6
    given = words.ngettext(
        "{n} signature was given to exactly these words.",
        "{n} signatures were given to exactly these words.",
        signed.signatures,
    )
    setter.paragraph(given, part, SMALL)
    setter.paragraph(f"SHA-256  {signed.statement.sha256}", part, HASH)
