"""The statement in each language that was signed, with the hash of exactly these words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from chalicelib.i18n.marker import _
from chalicelib.i18n.text_direction import direction
from chalicelib.pages.typesetting.line_breaking import StyledText
from chalicelib.pages.typesetting.typesetter import BODY, HEADING, SMALL, SUBHEADING, Setting, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from chalicelib.domain.exports.packets import SignedStatement
    from chalicelib.pages.packet.words import Words
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.typesetter import Typesetter

LEAD = BODY._replace(size=11.5, leading=17, style="italic")
ITEM = BODY._replace(indent=16, after=4)
QUOTE = BODY._replace(indent=22)
HASH = Setting(size=8, leading=12, after=3)
STYLES = {"strong_open": "bold", "em_open": "italic"}


def set_statement(setter: Typesetter, signed: SignedStatement, words: Words) -> None:
    """Sets one statement, from the head of a page."""
    statement = signed.statement
    rtl = direction(statement.language) == "rtl"
    part = setter.tags.document.open("Sect")
    label = words.text(
        _("The statement in {language}, version {version}"),
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
    for content, setting, kind in _blocks(statement.body):
        setter.paragraph(content, text, setting, kind=kind, rtl=rtl)
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


def _blocks(body: str) -> Iterator[tuple[StyledText, Setting, str]]:
    """The paragraphs of Markdown: their text, how they are set, and as which element."""
    setting, kind, numbers = BODY, "P", [0]
    for token in MarkdownIt("commonmark", {"html": False}).parse(body):
        if token.type == "heading_open":
            setting, kind = SUBHEADING, "H3"
        elif token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            numbers.append(0)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "blockquote_open":
            setting = QUOTE
        elif token.type in ("heading_close", "blockquote_close"):
            setting, kind = BODY, "P"
        elif token.type == "inline":
            lead = _bullet(numbers) if len(numbers) > 1 else ""
            yield _inline(token, lead, setting.style), ITEM if lead else setting, kind
        elif token.type in ("fence", "code_block"):
            yield StyledText.plain(clean(token.content)), QUOTE, "P"


def _bullet(numbers: list[int]) -> str:
    if not numbers[-1]:
        return "•  "
    numbers[-1] += 1
    return f"{numbers[-1] - 1}.  "


def _inline(token: Token, lead: str, style: str) -> StyledText:
    parts, styles, link = [(lead, style)], [style], ""
    for child in token.children or ():
        if child.type in STYLES:
            styles.append(STYLES[child.type])
        elif child.type in ("strong_close", "em_close"):
            styles.pop()
        elif child.type == "link_open":
            link = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            shown = "".join(text for text, _style in parts)
            parts.append(("" if shown.endswith(link) else f" ({link})", styles[-1]))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append((" ", styles[-1]))
        elif child.content:
            parts.append((clean(child.content), styles[-1]))
    return StyledText.joined(parts)
