"""Renders the templates of emails in one language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from chalicelib.i18n.text_direction import direction

if TYPE_CHECKING:
    from chalicelib.i18n.translator import Translator

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def render(template: str, translator: Translator, **facts: Any) -> str:
    """The rendered template, escaped if it is HTML."""
    is_html = template.endswith(".html")
    words = {
        "_": translator.html if is_html else translator.text,
        "ngettext": translator.html_plural if is_html else translator.text_plural,
        "direction": direction,
    }
    return (
        _environment()
        .get_template(template)
        .render(language=translator.language, page_language=translator.page_language, **words, **facts)
    )
