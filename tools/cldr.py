"""Writes chalicelib/i18n/cldr from CLDR: `python -m tools.cldr`. A test compares the files with this.

One file for each language, so that a request reads only its own, and one with what languages call themselves.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from babel import Locale, localedata
from babel.core import get_global

from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n.languages import LANGUAGES

CLDR = Path(__file__).parents[1] / "chalicelib" / "i18n" / "cldr"
# CLDR's minimumGroupingDigits, which Babel does not expose: 1234 stays as it is where it is 2.
LEAST_GROUPED = {"ca": 2, "es": 2, "eu": 1, "it": 2, "pl": 2}
# "1er janvier": the one thing that CLDR's pattern leaves out and nobody does (Lexique de l'Imprimerie nationale).
FIRST_DAY = {"fr": "1er"}
FIELDS = {"MMMM": "{month}", "M": "{month_number}", "d": "{day}", "y": "{year}"}
# Quoted words, fields, and whatever stands between them.
PATTERN = re.compile(r"'([^']*)'|(MMMM|M|d|y)|([^'A-Za-z]+)")


def contents() -> dict[str, dict[str, Any]]:
    """What each file holds, by its name without `.json`."""
    names = {code: endonym(code) for code in sorted(localedata.locale_identifiers()) if code.isalpha()}
    known = {code: name for code, name in names.items() if name}
    codes = {"country_codes": country_codes()}
    return {"languages": known} | codes | {language: rules(Locale.parse(language, sep="-")) for language in LANGUAGES}


def country_codes() -> dict[str, str]:
    """Codes of three letters and former ones, each with the one it stands for now."""
    aliases = get_global("territory_aliases").items()
    ours = {code: now[0] for code, now in aliases if code.isalpha() and len(now) == 1 and now[0] in COUNTRIES}
    return {code: ours[code] for code in sorted(ours) if code not in COUNTRIES}


def endonym(code: str) -> str:
    """What a language calls itself, with a capital; empty when CLDR does not say."""
    name: str | None = Locale(code).get_display_name(code)
    return name[0].upper() + name[1:] if name else ""


def rules(locale: Locale) -> dict[str, Any]:
    """How one language writes dates, numbers and countries."""
    months = locale.months["format"]["wide"]
    return {
        # Digits are the ones of every keyboard, also where CLDR prefers others: they must be found, copied, compared.
        "group": locale.number_symbols["latn"]["group"],
        "least_grouped": LEAST_GROUPED.get(locale.language, 1),
        "date": date_pattern(locale.date_formats["long"].pattern),
        "first_day": FIRST_DAY.get(locale.language, "1"),
        "months": [months[month] for month in range(1, 13)],
        "countries": {code: locale.territories[code] for code in sorted(COUNTRIES)},
    }


def date_pattern(pattern: str) -> str:
    """CLDR's `d 'de' MMMM 'de' y` as Python's `{day} de {month} de {year}`; refuses a pattern with anything else."""
    assert PATTERN.sub("", pattern) == "", f"{pattern}: teach FIELDS what this means"
    return "".join(quoted or FIELDS.get(field, between) for quoted, field, between in PATTERN.findall(pattern))


def files() -> dict[Path, str]:
    """The content of each file."""
    return {
        CLDR / f"{name}.json": json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for name, content in contents().items()
    }


if __name__ == "__main__":
    CLDR.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, "utf-8")
