"""Renders templates in the reader's language; the only module of pages that imports jinja2."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.domain.signatures.handing_over import HANDOVER_NOTICE
from chalicelib.domain.signatures.public_comments import NOTICE
from chalicelib.i18n import languages
from chalicelib.i18n.text_direction import direction
from chalicelib.i18n.translator import Translator

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.accent_colours import Shades

# The page, unless it is in a frame that stays light (style.css).
DARK = ':root:where(:not([data-theme="light"]))'
ALWAYS_DARK = ':root[data-theme="dark"]'
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@lru_cache(maxsize=2)
def inline(name: str) -> str:
    """A stylesheet or script to be inlined in a page."""
    return (TEMPLATES / name).read_text("utf-8")


def accent_style(accent: str) -> Markup:
    """CSS that replaces our accent colour by the campaign's on screens; empty if it has none."""
    if not accent:
        return Markup()
    shades = palette(accent)
    return Markup(  # noqa: S704 - digits that we counted out ourselves
        f"@media screen{{{_custom_properties(':root', shades.light)}@media (prefers-color-scheme:dark){{{_custom_properties(DARK, shades.dark)}}}{_custom_properties(ALWAYS_DARK, shades.dark)}}}"
    )


def _custom_properties(where: str, shades: Shades) -> str:
    return f"{where}{{--accent:{shades.accent};--accent-strong:{shades.strong};--on-accent:{shades.on};--wash:{shades.wash}}}"


def render(template: str, language: str, *, domain: str = "messages", **facts: Any) -> str:
    """The page as HTML, translated by the catalogues of `domain`."""
    translator = Translator(language, domain)
    words = {
        "_": translator.html,
        "ngettext": translator.html_plural,
        "number": translator.number,
        "date": translator.date,
        "language_name": languages.language_name,
        "direction": direction,
        "comment_notice": NOTICE,
        "handover_notice": HANDOVER_NOTICE,
    }
    inlined = {"style": Markup(inline("layout/style.css")), "script": Markup(inline("layout/script.js"))}  # noqa: S704 - our own files
    return (
        _environment()
        .get_template(template)
        .render(language=language, page_language=translator.page_language, **words, **inlined, **facts)
    )
