"""Sentences filled in for a reader, as plain text or as HTML: what templates of pages and emails call `_` and `ngettext`.

Facts are escaped when they are filled into HTML, so a sentence may hold a name that a stranger typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from chalicelib.i18n import languages

if TYPE_CHECKING:
    from datetime import date


class Translator:
    """The words of one page or email; English where there is no catalogue."""

    def __init__(self, language: str, domain: str = "messages") -> None:
        self.language = language
        self.domain = domain
        self.page_language = languages.page_language(language)

    def text(self, message: str, **facts: Any) -> str:
        """`message` in the reader's language as plain text, {placeholders} filled."""
        return languages.lookup(message, self.language, self.domain).format(**self._localise(facts))

    def text_plural(self, one: str, many: str, n: int, **facts: Any) -> str:
        """The form that goes with `n`, which the sentence shows as {n}, as plain text."""
        return self._plural_form(one, many, n).format(**self._localise(facts | {"n": n}))

    def html(self, message: str, **facts: Any) -> Markup:
        """`message` in the reader's language as HTML, {placeholders} filled and escaped."""
        return _escaped(languages.lookup(message, self.language, self.domain)).format(**self._localise(facts))

    def html_plural(self, one: str, many: str, n: int, **facts: Any) -> Markup:
        """The form that goes with `n`, which the sentence shows as {n}, as HTML."""
        return _escaped(self._plural_form(one, many, n)).format(**self._localise(facts | {"n": n}))

    def number(self, n: int) -> str:
        """`n` as the language writes it."""
        return languages.number(n, self.language)

    def date(self, d: date) -> str:
        """`d` in full."""
        return languages.date(d, self.language)

    def _plural_form(self, one: str, many: str, n: int) -> str:
        return languages.lookup_plural(one, many, n, self.language, self.domain)

    def _localise(self, facts: dict[str, Any]) -> dict[str, Any]:
        return languages.localise(facts, self.language)


def _escaped(text: str) -> Markup:
    return Markup(escape(text))  # noqa: S704 - escaped here
