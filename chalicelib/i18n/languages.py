"""Chooses the reader's language, looks up translations in it, and formats numbers and dates.

It never imports jinja2: JSON responses need translations too, but no templates.
"""

from __future__ import annotations

import gettext
import json
import unicodedata
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.i18n.messages import FIELD_MESSAGES, ONE_OF, PROBLEM_MESSAGES, TOO_LONG
from chalicelib.i18n.text_direction import isolate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date as Date  # noqa: N812 - `date` is the public function below

# What signers see, and what only organisers see, are separate gettext domains.
LANGUAGES = ("en", "es", "fr", "pt", "ar")
ORGANISERS_LANGUAGES = ("en", "es")
DOMAINS = {"messages": LANGUAGES, "admin": ORGANISERS_LANGUAGES}
HERE = Path(__file__).parent
# Long enough for any tag in use (RFC 5646, 4.4.1).
LONGEST_TAG = 64


def choose_language(requested: str | None, accept_language: str | None, available: Sequence[str], default: str) -> str:
    """The language to answer in: `requested` if available, else the best from Accept-Language, else `default`.

    `es-PE` matches `es` (RFC 4647, lookup), and `es` matches `es-PE` as well; `zh-TW` matches `zh-Hant`. A `*` is
    `default`, or another language when that one is refused (`en;q=0, *`), once nothing else in the header is available.
    """
    wanted, refused = _accepted_tags(accept_language or "")
    for candidate in (requested or "", *wanted):
        if found := _find_available(candidate, available):
            return found
    if "*" in wanted:
        return next((one for one in (default, *available) if one.lower() not in refused), default)
    return default


@lru_cache(maxsize=256)
def _accepted_tags(header: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Language tags of an Accept-Language header (RFC 9110, 12.5.4), most preferred first, and the refused ones."""
    weighed, refused = [], set()
    for part in header[:1000].split(","):
        tag, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        try:
            quality = float(weight) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() and quality > 0:
            weighed.append((-quality, tag.strip()))
        elif tag.strip():
            refused.add(tag.strip().lower())
    return tuple(tag for _, tag in sorted(weighed, key=lambda pair: pair[0])), frozenset(refused)


def _find_available(candidate: str, available: Sequence[str]) -> str | None:
    if candidate in available:  # our own forms and links write it just so
        return candidate
    by_tag = {language.lower(): language for language in available}
    # Programs that take it from a locale write `es_PE`.
    tag = candidate.strip()[:LONGEST_TAG].lower().replace("_", "-")
    primary = tag.partition("-")[0]
    related = [one for one in by_tag if one.partition("-")[0] == primary]
    if primary == "zh":  # who reads one script may not read the other
        related.sort(key=lambda one: (one != tag, _is_traditional(one) != _is_traditional(tag)))
    while tag:
        if tag in by_tag and (tag != "zh" or tag == related[0]):
            return by_tag[tag]
        tag = tag.rpartition("-")[0]
    return by_tag[related[0]] if related else None


def _is_traditional(tag: str) -> bool:
    """Whether a tag of Chinese means traditional characters (CLDR, likely subtags); a script says so before a region does."""
    subtags = set(tag.split("-"))
    return "hant" in subtags or (not subtags.isdisjoint({"tw", "hk", "mo"}) and "hans" not in subtags)


def interface_language(language: str) -> str:
    """The language of the catalogue for `language`; English if there is none."""
    return _find_available(language, LANGUAGES) or "en"


def page_language(language: str) -> str:
    """A page's `lang`: `language`, unless its catalogue is of another language."""
    interface = interface_language(language)
    return language if language.partition("-")[0].lower() == interface else interface


@lru_cache(maxsize=16)
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    # English sentences are their own keys. A missing catalogue falls back to English: better than no page at all.
    return gettext.translation(domain, HERE / "locales", [interface_language(language)], fallback=True)


def lookup(message: str, language: str, domain: str = "messages") -> str:
    """`message` translated into `language`, with its {placeholders} still in it."""
    return _catalogue(language, domain).gettext(message) if message else ""  # the empty key is the header


def lookup_plural(one: str, many: str, n: int, language: str, domain: str = "messages") -> str:
    """The translated plural form for `n`, with its {placeholders} still in it."""
    return _catalogue(language, domain).ngettext(one, many, n)


def localise(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """`facts` with integers formatted for the language, and text in another direction isolated."""
    return {key: _localise(value, language) for key, value in facts.items()}


def _localise(value: Any, language: str) -> Any:
    if type(value) is int:
        return number(value, language)
    # Markup sets its own direction.
    return isolate(value, interface_language(language)) if type(value) is str else value


def translate(message: str, language: str, **facts: str | int) -> str:
    """`message` in `language` (English if there is no catalogue), its {placeholders} filled with `facts`."""
    return lookup(message, language).format(**localise(facts, language))


def field_message(code: str, language: str, **facts: str | int | None) -> str:
    """What to do about a field refused with `code`. With the fact `field`, the message for a missing one names it."""
    present_facts = {name: value for name, value in facts.items() if value is not None}
    message = FIELD_MESSAGES.get(code, FIELD_MESSAGES["bad_value"])
    if code == "missing":
        words = FIELD_WORDS.get(str(present_facts.get("field", "")))
        message = words.missing if words else message
    elif code == "too_long" and "limit" not in present_facts:
        message = TOO_LONG
    elif code == "not_an_option" and "options" in present_facts:
        message = ONE_OF
    return translate(message, language, **present_facts)


def problem_title(code: str, language: str) -> str:
    """What happened, in a few words."""
    return translate(PROBLEM_MESSAGES.get(code, PROBLEM_MESSAGES["internal"])[0], language)


def problem_detail(code: str, language: str, **facts: str | int) -> str:
    """What happened and what to do about it."""
    return translate(PROBLEM_MESSAGES.get(code, PROBLEM_MESSAGES["internal"])[1], language, **facts)


@lru_cache(maxsize=16)
def load_cldr(name: str) -> dict[str, Any]:
    """The content of one file in `cldr`."""
    # One file per language, so that nobody waits for the others to load.
    content: dict[str, Any] = json.loads((HERE / "cldr" / f"{name}.json").read_text("utf-8"))
    return content


@lru_cache(maxsize=16)
def country_names(language: str) -> Mapping[str, str]:
    """Names by ISO 3166 alpha-2 code, sorted as a list shows them, ignoring accents."""
    names = load_cldr(interface_language(language))["countries"]
    return MappingProxyType(dict(sorted(names.items(), key=lambda pair: without_accents(pair[1]))))


def without_accents(text: str) -> str:
    """`text` in one case and without accents, to be compared or sorted."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def language_name(language: str) -> str:
    """What speakers of `language` call it; its code if CLDR has no name."""
    names: dict[str, str] = load_cldr("languages")
    return names.get(language) or names.get(language.partition("-")[0], language)


def number(n: int, language: str) -> str:
    """`n` grouped by threes as in CLDR: 12,345 in English; 12.345, but 1234, in Spanish."""
    rules = load_cldr(interface_language(language))
    if len(str(abs(n))) < 3 + rules["least_grouped"]:
        return str(n)
    return f"{n:,}".replace(",", rules["group"])


def date(d: Date, language: str) -> str:
    """`d` in CLDR's long form: November 23, 2026; 23 de noviembre de 2026."""
    rules = load_cldr(interface_language(language))
    pattern: str = rules["date"]
    day = rules["first_day"] if d.day == 1 else d.day
    return pattern.format(day=day, month=rules["months"][d.month - 1], month_number=d.month, year=d.year)
