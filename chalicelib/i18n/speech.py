"""Sentences filled in for a reader, as plain text or as HTML: what templates of pages and emails call `_` and `ngettext`.

Facts are escaped when they are filled into HTML, so a sentence may hold a name that a stranger typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from chalicelib.i18n import languages

if TYPE_CHECKING:
    from datetime import date


class Speech:
    """The words of one page or email; English where there is no catalogue."""

    def __init__(self, language: str, domain: str = "messages") -> None:
        self.language = language
        self.domain = domain
        self.page_language = languages.page_language(language)

    def plain(self, message: str, **facts: Any) -> str:
        """`message` in the reader's language as plain text, {placeholders} filled."""
        return languages.sentence(message, self.language, self.domain).format(**self._written(facts))

    def plain_count(self, one: str, many: str, n: int, **facts: Any) -> str:
        """The form that goes with `n`, which the sentence shows as {n}, as plain text."""
        return self._form(one, many, n).format(**self._written(facts | {"n": n}))

    def html(self, message: str, **facts: Any) -> Markup:
        """`message` in the reader's language as HTML, {placeholders} filled and escaped."""
        return _escaped(languages.sentence(message, self.language, self.domain)).format(**self._written(facts))

    def html_count(self, one: str, many: str, n: int, **facts: Any) -> Markup:
        """The form that goes with `n`, which the sentence shows as {n}, as HTML."""
        return _escaped(self._form(one, many, n)).format(**self._written(facts | {"n": n}))

    def number(self, n: int) -> str:
        """`n` as the language writes it."""
        return languages.number(n, self.language)

    def date(self, d: date) -> str:
        """`d` in full."""
        return languages.date(d, self.language)

    def _form(self, one: str, many: str, n: int) -> str:
        return languages.plural_sentence(one, many, n, self.language, self.domain)

    def _written(self, facts: dict[str, Any]) -> dict[str, Any]:
        return languages.written(facts, self.language)


def _escaped(text: str) -> Markup:
    return Markup(escape(text))  # noqa: S704 - escaped here
