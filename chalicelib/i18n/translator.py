"""Translates and fills in sentences, as plain text or as HTML: what templates of pages and emails call `_` and `ngettext`.

Facts are escaped when they are filled into HTML, so they may be names that strangers typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from chalicelib.i18n import languages

if TYPE_CHECKING:
    from datetime import date


class Translator:
    """The translations for one page or email; English if there is no catalogue."""

    def __init__(self, language: str, domain: str = "messages") -> None:
        self.language = language
        self.domain = domain
        self.page_language = languages.page_language(language)

    def text(self, message: str, **facts: Any) -> str:
        """`message` in the reader's language as plain text, with its {placeholders} filled."""
        return languages.lookup(message, self.language, self.domain).format(**self._localise(facts))

    def text_plural(self, one: str, many: str, n: int, **facts: Any) -> str:
        """The plural form for `n`, shown as {n}, as plain text."""
        return self._plural_form(one, many, n).format(**self._localise(facts | {"n": n}))

    def html(self, message: str, **facts: Any) -> Markup:
        """`message` in the reader's language as HTML, with its {placeholders} filled and escaped."""
        return _escaped(languages.lookup(message, self.language, self.domain)).format(**self._localise(facts))

    def html_plural(self, one: str, many: str, n: int, **facts: Any) -> Markup:
        """The plural form for `n`, shown as {n}, as HTML."""
        return _escaped(self._plural_form(one, many, n)).format(**self._localise(facts | {"n": n}))

    def number(self, n: int) -> str:
        """`n` formatted for the language."""
        return languages.number(n, self.language)

    def date(self, d: date) -> str:
        """`d` in the language's long form."""
        return languages.date(d, self.language)

    def _plural_form(self, one: str, many: str, n: int) -> str:
        return languages.lookup_plural(one, many, n, self.language, self.domain)

    def _localise(self, facts: dict[str, Any]) -> dict[str, Any]:
        return languages.localise(facts, self.language)


def _escaped(text: str) -> Markup:
    return Markup(escape(text))  # noqa: S704 - escaped here
