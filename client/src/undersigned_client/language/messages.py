"""The client's own sentences in the reader's language. What the API says comes in that language already."""

from __future__ import annotations

import os
import re

from undersigned_client.language.spanish import SENTENCES

CATALOGUES = {"es": SENTENCES}
LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2}))?(?:[.@].*)?")
# Spanish writes 5000, and 12.345 from five digits on (CLDR).
SHORTEST_GROUPED = {"es": 10_000}
SEPARATORS = {"es": "."}


def locale_tag() -> str:
    """`es-PE` from the environment as POSIX looks it up (LC_ALL, LC_MESSAGES, LANG); `en` when it names none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            found = LOCALE.fullmatch(value)
            if found and found[1].lower() not in {"posix", "c"}:
                return "-".join(part for part in (found[1].lower(), (found[2] or "").upper()) if part)
            return "en"
    return "en"


def language() -> str:
    """The language of the client's own words: `es` or `en`."""
    spoken = locale_tag().partition("-")[0]
    return spoken if spoken in CATALOGUES else "en"


def accept_language() -> str:
    """What to ask the API for: `es-PE, es;q=0.9, en;q=0.5`."""
    tag = locale_tag()
    spoken = tag.partition("-")[0]
    wanted = [tag] + ([f"{spoken};q=0.9"] if spoken != tag else []) + (["en;q=0.5"] if spoken != "en" else [])
    return ", ".join(wanted)


def say(sentence: str, **facts: object) -> str:
    """A sentence in the reader's language, with facts in its places."""
    found = CATALOGUES.get(language(), {}).get(sentence, sentence)
    return found.format(**facts) if facts else found


def many(count: int, one: str, several: str, **facts: object) -> str:
    """The sentence that fits the number; `{n}` in it is the number as the reader writes it."""
    return say(one if count == 1 else several, n=number(count), **facts)


def number(count: int) -> str:
    """12,345 or 12.345."""
    spoken = language()
    if abs(count) < SHORTEST_GROUPED.get(spoken, 0):
        return str(count)
    return f"{count:,}".replace(",", SEPARATORS.get(spoken, ","))
