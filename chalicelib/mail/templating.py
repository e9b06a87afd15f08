"""Fills the templates of emails in one language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from chalicelib.i18n.text_direction import direction

if TYPE_CHECKING:
    from chalicelib.i18n.speech import Speech

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


def render(template: str, speech: Speech, **facts: Any) -> str:
    """The template filled in, escaped when it is HTML."""
    is_html = template.endswith(".html")
    words = {
        "_": speech.html if is_html else speech.plain,
        "ngettext": speech.html_count if is_html else speech.plain_count,
        "direction": direction,
    }
    return (
        _environment()
        .get_template(template)
        .render(language=speech.language, page_language=speech.page_language, **words, **facts)
    )
