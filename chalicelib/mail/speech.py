"""Fills the templates of mails in one language; the same catalogues as the pages, read on their own."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from chalicelib.domain.direction import direction, isolated

# One catalogue holds every sentence that people read; it lies beside the pages.
LOCALES = Path(__file__).parents[1] / "pages" / "locales"
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALES, [language.partition("-")[0]], fallback=True)


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


class Speech:
    """One language's words. English is the language of the keys, and of whoever has no catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = _catalogue(language)
        has_catalogue = isinstance(self._words, gettext.GNUTranslations)
        self.page_language = language if has_catalogue or language.startswith("en") else "en"

    def plain(self, message: str, **facts: object) -> str:
        """`message` as plain text, {placeholders} filled."""
        return self._words.gettext(message).format(**self._isolated(facts))

    def plain_count(self, one: str, many: str, n: int) -> str:
        """The form that goes with `n`, as plain text."""
        return self._words.ngettext(one, many, n).format(n=n)

    def escaped(self, message: str, **facts: object) -> Markup:
        """`message` as HTML, facts escaped."""
        return Markup(escape(self._words.gettext(message))).format(**self._isolated(facts))  # noqa: S704 - escaped here

    def escaped_count(self, one: str, many: str, n: int) -> Markup:
        """The form that goes with `n`, as HTML."""
        return escape(self.plain_count(one, many, n))

    def _isolated(self, facts: dict[str, object]) -> dict[str, object]:
        # Markup brings its own direction.
        return {k: isolated(v, self.page_language) if type(v) is str else v for k, v in facts.items()}


def render(template: str, speech: Speech, **facts: Any) -> str:
    """The template filled in, escaped when it is HTML."""
    is_html = template.endswith(".html")
    return (
        _environment()
        .get_template(template)
        .render(
            _=speech.escaped if is_html else speech.plain,
            ngettext=speech.escaped_count if is_html else speech.plain_count,
            language=speech.language,
            page_language=speech.page_language,
            direction=direction,
            **facts,
        )
    )
