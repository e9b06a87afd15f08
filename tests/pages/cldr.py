"""Writes chalicelib/pages/cldr.json from CLDR: `python -m tests.pages.cldr`. A test compares the file with this."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babel import Locale, localedata

from chalicelib.domain.countries import COUNTRIES
from chalicelib.pages.languages import LANGUAGES

CLDR = Path(__file__).parents[2] / "chalicelib" / "pages" / "cldr.json"
DATE_PATTERN = {"MMMM d, y": "{month} {day}, {year}", "d 'de' MMMM 'de' y": "{day} de {month} de {year}"}


def content() -> dict[str, Any]:
    names = {code: endonym(code) for code in sorted(localedata.locale_identifiers()) if code.isalpha()}
    return {"languages": {code: name for code, name in names.items() if name}} | {
        language: rules(Locale(language)) for language in LANGUAGES
    }


def endonym(code: str) -> str:
    name: str | None = Locale(code).get_display_name(code)
    return name[0].upper() + name[1:] if name else ""


def rules(locale: Locale) -> dict[str, Any]:
    months = locale.months["format"]["wide"]
    return {
        "group": locale.number_symbols["latn"]["group"],
        "least_grouped": {"en": 1, "es": 2}[locale.language],  # CLDR minimumGroupingDigits; Babel does not expose it
        "date": DATE_PATTERN[locale.date_formats["long"].pattern],
        "months": [months[month] for month in range(1, 13)],
        "countries": {code: locale.territories[code] for code in sorted(COUNTRIES)},
    }


def as_json() -> str:
    return json.dumps(content(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    CLDR.write_text(as_json(), "utf-8")
