"""Renders organisers' Markdown as plain text that reads well: links with their addresses, lists, quotes, and no marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.tree import SyntaxTreeNode

from chalicelib.pages.markdown import parser

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
RULE = "-" * 20


def to_text(markdown: str) -> str:
    """CommonMark with tables and strikethrough as text; pictures are left out, as they are in `markdown.to_html`."""
    return _blocks(SyntaxTreeNode(parser(html=False).parse(markdown)).children)


def _blocks(nodes: Iterable[SyntaxTreeNode], gap: str = "\n\n") -> str:
    return gap.join(text for node in nodes if (text := _block(node)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return _prefixed(_blocks(node.children), "> ", "> ")
        case "fence" | "code_block":
            return _prefixed(node.content.rstrip("\n"), "    ", "    ")
        case "hr":
            return RULE
        case "table":
            return "\n".join(" | ".join(map(_inline, row.children)) for part in node.children for row in part.children)
    return _inline(node).strip()


def _list(node: SyntaxTreeNode) -> str:
    first = int(node.attrs.get("start", 1))
    is_ordered = node.type == "ordered_list"
    # The parser hides the paragraphs of a list without empty lines in it.
    is_tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    gap = "\n" if is_tight else "\n\n"
    marks = [f"{first + place}. " if is_ordered else "- " for place in range(len(node.children))]
    items = zip(marks, node.children, strict=True)
    return gap.join(_prefixed(_blocks(item.children, gap), mark, " " * len(mark)) for mark, item in items)


def _prefixed(text: str, first: str, others: str) -> str:
    begun, *more = text.split("\n")
    return "\n".join([first + begun, *(f"{others}{line}".rstrip() for line in more)])


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in {"text", "code_inline"}:
        return node.content
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "image":
        return ""
    inside = "".join(map(_inline, node.children))
    return _link(inside, str(node.attrs["href"])) if node.type == "link" else inside


def _link(words: str, address: str) -> str:
    """The words and the address, unless one says what the other does."""
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    if words in {address, shown} or not address.startswith(SHOWN_ADDRESSES):
        return words
    return f"{words} ({shown})" if words.strip() else shown
