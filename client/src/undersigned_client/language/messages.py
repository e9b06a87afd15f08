"""The client's own sentences in the reader's language. The API answers in that language by itself."""

from __future__ import annotations

import os
import re

from undersigned_client.language.spanish import SENTENCES

CATALOGUES = {"es": SENTENCES}
LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2}))?(?:[.@].*)?")
# Spanish groups digits from five on: 5000, but 12.345 (CLDR).
MIN_GROUPED = {"es": 10_000}
SEPARATORS = {"es": "."}


def locale_tag() -> str:
    """The locale of the environment in POSIX order (LC_ALL, LC_MESSAGES, LANG), like `es-PE`; `en` when there is none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            locale = LOCALE.fullmatch(value)
            if locale and locale[1].lower() not in {"posix", "c"}:
                return "-".join(part for part in (locale[1].lower(), (locale[2] or "").upper()) if part)
            return "en"
    return "en"


def language() -> str:
    """The language of the client's own sentences: `es` or `en`."""
    code = locale_tag().partition("-")[0]
    return code if code in CATALOGUES else "en"


def accept_language() -> str:
    """The Accept-Language header: `es-PE, es;q=0.9, en;q=0.5`."""
    tag = locale_tag()
    code = tag.partition("-")[0]
    languages = [tag] + ([f"{code};q=0.9"] if code != tag else []) + (["en;q=0.5"] if code != "en" else [])
    return ", ".join(languages)


def translate(sentence: str, **facts: object) -> str:
    """The sentence in the reader's language, with `facts` filled in."""
    translation = CATALOGUES.get(language(), {}).get(sentence, sentence)
    return translation.format(**facts) if facts else translation


def plural(count: int, one: str, several: str, **facts: object) -> str:
    """The sentence for this number; `{n}` in it is the number as the reader writes it."""
    return translate(one if count == 1 else several, n=number(count), **facts)


def number(count: int) -> str:
    """The number with thousands separators: 12,345 or 12.345."""
    code = language()
    if abs(count) < MIN_GROUPED.get(code, 0):
        return str(count)
    return f"{count:,}".replace(",", SEPARATORS.get(code, ","))
