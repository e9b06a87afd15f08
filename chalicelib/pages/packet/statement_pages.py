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
ITEM = BODY._replace(after=4)
STEP = 20  # of each level of a list
QUOTE = BODY._replace(indent=22)
HASH = Setting(size=8, leading=12, after=3)
STYLES = {"strong_open": "bold", "em_open": "italic"}


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
    for content, setting, kind, lead in _blocks(statement.body):
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


class _Lists:
    """The lists that a place in the text is in, and the number or bullet of the item that begins there."""

    def __init__(self) -> None:
        self._numbers: list[int] = []  # of each list its next number, 0 for bullets
        self._lead = ""

    @property
    def depth(self) -> int:
        """How many lists it is in."""
        return len(self._numbers)

    def see(self, token: Token) -> None:
        """Goes on past `token`."""
        if token.type == "ordered_list_open":
            self._numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            self._numbers.append(0)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self._numbers.pop()
        elif token.type == "list_item_open":
            self._lead = f"{self._numbers[-1]}." if self._numbers[-1] else "•"
            self._numbers[-1] += 1 if self._numbers[-1] else 0

    def take_lead(self) -> str:
        """The number or bullet, for the first paragraph of an item; empty for the others."""
        lead, self._lead = self._lead, ""
        return lead


def _blocks(body: str) -> Iterator[tuple[StyledText, Setting, str, str]]:
    """The paragraphs of Markdown: their text, how they are set, as which element, and the number or bullet of an item's first."""
    setting, kind, lists = BODY, "P", _Lists()
    for token in MarkdownIt("commonmark", {"html": False}).parse(body):
        lists.see(token)
        if token.type == "heading_open":
            setting, kind = SUBHEADING, "H3"
        elif token.type == "blockquote_open":
            setting = QUOTE
        elif token.type in ("heading_close", "blockquote_close"):
            setting, kind = BODY, "P"
        elif token.type == "inline":
            shown = ITEM._replace(indent=STEP * lists.depth) if lists.depth else setting
            yield _inline(token, setting.style), shown, kind, lists.take_lead()
        elif token.type in ("fence", "code_block"):
            yield StyledText.plain(clean(token.content)), QUOTE, "P", ""


def _inline(token: Token, style: str) -> StyledText:
    parts, styles, link = [("", style)], [style], ""
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
