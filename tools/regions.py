"""Writes chalicelib/i18n/regions from CLDR's subdivisions: `python -m tools.regions FOLDER`, with CLDR's `common` in FOLDER.

The npm package `cldr` has it: `npm pack cldr@8.0.0`, then `package/3rdparty/cldr`. One file for each language, so that a
request reads few of them; other languages than English hold only the names that differ.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

from babel.core import get_global

from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.domain.text.spellings import plain
from chalicelib.i18n.languages import LANGUAGES
from chalicelib.i18n.regions import without_kind

REGIONS = Path(__file__).parents[1] / "chalicelib" / "i18n" / "regions"
# "Île-de-France²" tells two codes of one name apart; "تصنيف:" is a category of an encyclopedia; "(región)" only explains.
NOISE = re.compile(r"[²³]|^تصنيف:|\s*\([^)]*\)$")
# Where CLDR's English name says what kind of region it is, another is called the same without it: Buenos Aires, Lima, Mexico.
SAYS_KIND = re.compile(r"\b(Autonomous|Capital|County|District|Province|Region|State)\b")
# What CLDR has wrong, or cannot tell apart in one word.
OURS = {
    "arc": {"es": "Ciudad de Buenos Aires", "fr": "Ville de Buenos Aires", "pt": "Cidade de Buenos Aires"},
    "arb": {"pt": "Província de Buenos Aires"},
    "dehe": {"es": "Hesse"},
    "mxmex": {"pt": "Estado do México"},
    "pelim": {"es": "Región Lima", "fr": "Région de Lima", "pt": "Região de Lima"},
    "pelma": {"es": "Lima Metropolitana"},
}

Names = dict[str, dict[str, str]]


def top_level(folder: Path) -> dict[str, list[str]]:
    """The regions of each country as CLDR writes them, `usca`, without those of regions."""
    tree = ET.parse(folder / "common" / "supplemental" / "subdivisions.xml")  # noqa: S314 - a file we chose
    groups = {str(one.get("type")): str(one.get("contains")).split() for one in tree.iter("subgroup")}
    return {country: groups[country] for country in sorted(groups) if country in COUNTRIES}


def cldr_names(folder: Path, language: str) -> dict[str, str]:
    """CLDR's names in one language by code, `usca`."""
    tree = ET.parse(folder / "common" / "subdivisions" / f"{language}.xml")  # noqa: S314
    found = {str(one.get("type")): str(one.text) for one in tree.iter("subdivision") if not one.get("alt")}
    ours = {code: names[language] for code, names in OURS.items() if language in names}
    return {code: _tidy(name) for code, name in found.items()} | ours


def _tidy(name: str) -> str:
    name = NOISE.sub("", name).strip()
    return name[0].upper() + name[1:]


def names(folder: Path) -> dict[str, Names]:
    """By language and country, the names by the part of the code behind the hyphen; no name means two regions of a country."""
    found: dict[str, Names] = {language: {} for language in LANGUAGES}
    in_language = {language: cldr_names(folder, language) for language in LANGUAGES}
    for country, codes in top_level(folder).items():
        known = [code for code in codes if code in in_language["en"]]
        if not known:
            continue
        claimed: dict[str, str] = {}
        english = {code: in_language["en"][code] for code in known}
        for language in LANGUAGES:
            chosen = _chosen(english, in_language[language], claimed, language)
            kept = {c[len(country) :].upper(): n for c, n in chosen.items() if language == "en" or n != english[c]}
            if kept:
                found[language][country] = kept
    return found


def _chosen(english: dict[str, str], ours: dict[str, str], claimed: dict[str, str], language: str) -> dict[str, str]:
    """The shortest name of each region that is no other's in any language; `claimed` is whose each name is."""
    short = {code: without_kind(ours.get(code, english[code]), language) for code in english}
    uses = Counter(map(plain, short.values()))
    chosen = {}
    for code, name in english.items():
        candidates = [ours.get(code, name), name, f"{name} ({code[2:].upper()})"]
        if uses[plain(short[code])] == 1 and code not in OURS and not SAYS_KIND.search(name):
            candidates.insert(0, short[code])
        chosen[code] = next(one for one in candidates if claimed.get(plain(one), code) == code)
        claimed[plain(chosen[code])] = code
    return chosen


def time_zones() -> dict[str, list[str]]:
    """By country, the time zones that are its own, and former names of theirs."""
    countries, aliases = get_global("zone_territories"), get_global("zone_aliases")
    found: dict[str, list[str]] = {}
    for zone in sorted({*countries, *aliases}):
        country = countries.get(aliases.get(zone, zone))
        if country in COUNTRIES:
            found.setdefault(country, []).append(zone)
    return found


def main(folder: Path) -> None:
    """Writes the files."""
    REGIONS.mkdir(exist_ok=True)
    for name, content in (names(folder) | {"time_zones": time_zones()}).items():
        lines = [f"{json.dumps(key)}: {json.dumps(content[key], ensure_ascii=False)}" for key in sorted(content)]
        (REGIONS / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
