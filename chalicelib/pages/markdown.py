"""Renders organisers' Markdown as HTML that is safe to show; raw HTML in it stays text, and pictures are left out."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "hr", "code", "pre"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# The page has its own h1, so a statement's headings begin one level lower.
LOWERED_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
# What is written and not shown as it is meant, by the parser's names.
UNSHOWN = {"image": "image_not_shown", "html_block": "html_not_shown", "html_inline": "html_not_shown"}


def to_html(markdown: str) -> str:
    """CommonMark with tables and strikethrough to sanitised HTML: no images, no scripts, no styles."""
    made = parser(html=False)
    tokens = made.parse(markdown)
    for token in tokens:
        token.tag = LOWERED_HEADINGS.get(token.tag, token.tag)
    html = made.renderer.render(tokens, made.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        set_tag_attribute_values={"th": {"scope": "col"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    # A wide table scrolls by itself; the page does not.
    return clean.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>").strip()


def unshown(markdown: str) -> list[str]:
    """Codes of what `to_html` does not show as it is meant: pictures, and HTML, which stays text."""
    tokens = parser(html=True).parse(markdown)
    found = [inner.type for token in tokens for inner in (token, *(token.children or ()))]
    return sorted({UNSHOWN[one] for one in found if one in UNSHOWN})


def parser(*, html: bool) -> MarkdownIt:
    """What reads organisers' Markdown: CommonMark with tables and strikethrough; `html` says whether it knows raw HTML."""
    return MarkdownIt("commonmark", {"html": html}).enable(["table", "strikethrough"])
