"""Fills templates in the reader's language; the only module of pages that imports jinja2."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chalicelib.domain.colours import palette
from chalicelib.pages import languages
from chalicelib.pages.sign import local_day

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.domain.colours import Shades

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
    """A stylesheet or script, as it stands inside a page."""
    return (TEMPLATES / name).read_text("utf-8")


def accent_style(accent: str) -> Markup:
    """A campaign's own colour in place of ours, on screens; empty when it has none."""
    if not accent:
        return Markup()
    chosen = palette(accent)
    return Markup(  # noqa: S704 - digits that we counted out ourselves
        f"@media screen{{{_tokens(chosen.light)}@media (prefers-color-scheme:dark){{{_tokens(chosen.dark)}}}}}"
    )


def _tokens(shades: Shades) -> str:
    return f":root{{--accent:{shades.accent};--accent-strong:{shades.strong};--on-accent:{shades.on};--wash:{shades.wash}}}"


class Speech:
    """The words of one page: what templates call `_`, `ngettext`, `number` and `date`.

    Facts are escaped when they are filled in, so a sentence may hold a name that a stranger typed.
    """

    def __init__(self, language: str, domain: str = "messages") -> None:
        self.language = language
        self.domain = domain

    def say(self, message: str, **facts: Any) -> Markup:
        """`message` in the language of the page, {placeholders} filled."""
        return self._filled(languages.sentence(message, self.language, self.domain), facts)

    def count(self, one: str, many: str, n: int, **facts: Any) -> Markup:
        """The form that goes with `n`, which the sentence shows as {n}."""
        return self._filled(languages.plural_sentence(one, many, n, self.language, self.domain), facts | {"n": n})

    def number(self, n: int) -> str:
        """`n` as the language writes it."""
        return languages.number(n, self.language)

    def date(self, d: date) -> str:
        """`d` in full."""
        return languages.date(d, self.language)

    def _filled(self, text: str, facts: dict[str, Any]) -> Markup:
        return Markup(escape(text)).format(**languages.written(facts, self.language))  # noqa: S704 - escaped here


def render(template: str, language: str, *, domain: str = "messages", **facts: Any) -> str:
    """The page as HTML, its words from the catalogues of `domain`."""
    speech = Speech(language, domain)
    words = {
        "_": speech.say,
        "ngettext": speech.count,
        "number": speech.number,
        "date": speech.date,
        "language_name": languages.language_name,
        "local_day": local_day,
        "direction": languages.direction,
    }
    page = languages.page_language(language)
    own = {"style": Markup(inline("style.css")), "script": Markup(inline("script.js"))}  # noqa: S704 - our own files
    return _environment().get_template(template).render(language=language, page_language=page, **words, **own, **facts)
