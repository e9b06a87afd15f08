"""Markdown as the paragraphs that a typeset page has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from chalicelib.pages.typesetting.line_breaking import StyledText
from chalicelib.pages.typesetting.typesetter import BODY, SUBHEADING, Setting, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

STEP = 20  # of each level of a list
ITEM_AFTER, QUOTE_INDENT = 4, 22
STYLES = {"strong_open": "bold", "em_open": "italic"}


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


def markdown_blocks(body: str, base: Setting = BODY) -> Iterator[tuple[StyledText, Setting, str, str]]:
    """The paragraphs of Markdown: their text, how they are set, as which element, and the number or bullet of an item's first.

    `base` is how the text is set that they are in.
    """
    setting, kind, lists = base, "P", _Lists()
    for token in MarkdownIt("commonmark", {"html": False}).parse(body):
        lists.see(token)
        if token.type == "heading_open":
            setting, kind = SUBHEADING, "H3"
        elif token.type == "blockquote_open":
            setting = base._replace(indent=QUOTE_INDENT)
        elif token.type in ("heading_close", "blockquote_close"):
            setting, kind = base, "P"
        elif token.type == "inline":
            shown = base._replace(after=ITEM_AFTER, indent=STEP * lists.depth) if lists.depth else setting
            yield _inline(token, setting.style), shown, kind, lists.take_lead()
        elif token.type in ("fence", "code_block"):
            yield StyledText.plain(clean(token.content)), base._replace(indent=QUOTE_INDENT), "P", ""


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
