"""States, provinces and other regions of a country, by ISO 3166-2: their names, and the code of what somebody typed.

Names are CLDR's (tools/regions.py). It never guesses: what is not on a list stays as it was typed.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.domain.text.spellings import plain
from chalicelib.domain.text.text_rules import MAX_NAME_LENGTH
from chalicelib.i18n.languages import LANGUAGES, interface_language, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent / "regions"
# What people and lists say beside a name, in the languages of the lists: province, department, county …
KINDS = {
    "ar": ("إدارة", "إقليم", "اقليم", "جهة", "محافظة", "مقاطعة", "منطقة", "ولاية"),
    "en": ("county", "department", "governorate", "province", "region", "state"),
    "es": (
        *("comunidad autónoma", "condado", "departamento", "distrito", "estado", "gobernación", "gobierno regional"),
        *("parroquia", "prefectura", "provincia", "región", "región autónoma"),
    ),
    "fr": (
        *("comté", "département", "district", "état", "gouvernorat", "oblast", "paroisse", "préfecture", "province"),
        *("raïon", "région", "wilaya"),
    ),
    "pt": ("comunidade autónoma", "condado", "departamento", "distrito", "estado", "província", "região"),
}
# "de la", but not "de La": that one belongs to the name.
OF = {
    "ar": "",
    "en": "of (?:the )?",
    "es": "de la |de las |de los |del |de ",
    "fr": "de la |de l[’']|des |de |du |d[’']",
    "pt": "da |das |de |do |dos ",
}
SAID_BEFORE = {name: re.compile(f"(?i:{'|'.join(kinds)}) (?:{OF[name]})") for name, kinds in KINDS.items()}
# At most "of the".
MOST_BETWEEN = 2


@lru_cache(maxsize=8)
def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return content


@lru_cache(maxsize=64)
def region_names(country: str, language: str) -> Mapping[str, str]:
    """Names by code (`US-CA`), sorted as a list shows them; empty for a country without a list."""
    ours = _load(interface_language(language)).get(country, {})
    names = {f"{country}-{end}": ours.get(end, name) for end, name in _load("en").get(country, {}).items()}
    return MappingProxyType(dict(sorted(names.items(), key=lambda pair: without_accents(pair[1]))))


def region_name(stored: str, language: str) -> str:
    """The name of a stored region: of its code if it is one, else what was typed."""
    return region_names(country_of(stored), language).get(stored, stored)


def region_names_of(codes: Iterable[str], language: str) -> dict[str, str]:
    """The names of those that are codes."""
    return {code: region_name(code, language) for code in codes if country_of(code)}


def country_of(stored: str) -> str:
    """The country of a code, `US` of `US-CA`; empty for a text that is none."""
    country, hyphen, end = stored.partition("-")
    return country if hyphen and country in COUNTRIES and end in _load("en").get(country, ()) else ""


def is_region_of(code: str, country: str = "") -> bool:
    """True for the code of a region that is on the list of `country`, or without one on any."""
    of = country_of(code)
    return bool(of) and country in ("", of)


def region_code(typed: str, country: str) -> str | None:
    """The code of the region of `country` that a name in any language or a code names (`California`, `ca`, `US-CA`), or None.

    Without a country, only a whole code says which.
    """
    if len(typed) > MAX_NAME_LENGTH:
        return None
    text = typed.strip()
    whole = text.upper()
    if (named := country_of(whole)) and country in ("", named):
        return whole
    codes, name = _codes_by_name(country), plain(text)
    return next((codes[one] for one in (name, *_without_kinds(name)) if one in codes), None)


def _without_kinds(name: str) -> Iterator[str]:
    """What is left of `provincia de la rioja` and `salta province` (plain words) without the kind, and what stands between."""
    for kind in _kinds():
        if name.startswith(f"{kind} "):
            words = name.removeprefix(f"{kind} ").split()
            yield from (" ".join(words[dropped:]) for dropped in range(min(len(words), MOST_BETWEEN + 1)))
        if name.endswith(f" {kind}"):
            yield name.removesuffix(f" {kind}")


@lru_cache(maxsize=1)
def _kinds() -> Sequence[str]:
    return sorted({plain(kind) for kinds in KINDS.values() for kind in kinds}, key=len, reverse=True)


@lru_cache(maxsize=32)
def _codes_by_name(country: str) -> Mapping[str, str]:
    """Whose each name is, and each code without its country; names come first."""
    codes: dict[str, str] = {}
    for end in _load("en").get(country, ()):
        codes[plain(end)] = f"{country}-{end}"
    for language in reversed(LANGUAGES):
        codes |= {plain(name): f"{country}-{end}" for end, name in _load(language).get(country, {}).items()}
    return codes


def without_kind(name: str, language: str) -> str:
    """A name in a list without what kind of region it is: `Provincia de Salta` is Salta."""
    found = SAID_BEFORE[language].match(name)
    return name[found.end() :] if found and found.end() < len(name) else name


def likely_country(language: str, time_zone: str) -> str:
    """Where signers of a campaign in that language (`es-PE`) and time zone most likely live; empty if neither says."""
    for part in language.split("-")[1:]:
        if part.upper() in COUNTRIES:
            return part.upper()
    return _countries_by_zone().get(time_zone, "")


@lru_cache(maxsize=1)
def _countries_by_zone() -> Mapping[str, str]:
    return {zone: country for country, zones in _load("time_zones").items() for zone in zones}
