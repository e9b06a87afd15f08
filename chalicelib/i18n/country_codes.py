"""Reads a country as people and other forms write it: a name in the campaign's languages or in English, or an older or longer code.

Names are CLDR's; what people write beside them is in SHORT_FORMS. It never guesses: what is not on a list is no country.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n.languages import country_names, load_cldr, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_LENGTH = 100
# The European Union's code for Greece; CLDR has the others (UK, alpha-3).
EU_CODES = {"EL": "GR"}
SHORT_FORMS = {
    "bolivia": "BO",
    "brunei": "BN",
    "burma": "MM",
    "cape verde": "CV",
    "czech republic": "CZ",
    "ee uu": "US",
    "eeuu": "US",
    "england": "GB",
    "estados unidos de america": "US",
    "estados unidos de norteamerica": "US",
    "eua": "US",
    "great britain": "GB",
    "gran bretana": "GB",
    "grande bretagne": "GB",
    "gra bretanha": "GB",
    "holland": "NL",
    "holanda": "NL",
    "inglaterra": "GB",
    "iran": "IR",
    "ivory coast": "CI",
    "macedonia": "MK",
    "moldova": "MD",
    "northern ireland": "GB",
    "palestine": "PS",
    "palestina": "PS",
    "republic of ireland": "IE",
    "republica dominicana": "DO",
    "russia": "RU",
    "russian federation": "RU",
    "scotland": "GB",
    "escocia": "GB",
    "south korea": "KR",
    "swaziland": "SZ",
    "syria": "SY",
    "tanzania": "TZ",
    "the gambia": "GM",
    "turkey": "TR",
    "united states of america": "US",
    "us of a": "US",
    "usa": "US",
    "vatican": "VA",
    "venezuela": "VE",
    "viet nam": "VN",
    "wales": "GB",
}
NOT_LETTERS = re.compile(r"[\W_]+")


def country_code(text: str, languages: Iterable[str]) -> str | None:
    """The ISO 3166 alpha-2 code of the country that `text` names, or None."""
    if len(text) > MAX_LENGTH:
        return None
    code = text.strip().upper()
    if code in COUNTRIES:
        return code
    if longer := _other_codes().get(code.replace(".", "")):
        return longer
    name = _simplified(text)
    for language in (*languages, "en"):
        if found := _codes_by_name(language).get(name):
            return found
    return SHORT_FORMS.get(name)


@lru_cache(maxsize=1)
def _other_codes() -> Mapping[str, str]:
    codes: dict[str, str] = load_cldr("country_codes")
    return codes | EU_CODES


@lru_cache(maxsize=16)
def _codes_by_name(language: str) -> Mapping[str, str]:
    return {_simplified(name): code for code, name in country_names(language).items()}


def _simplified(name: str) -> str:
    """A name without case, accents, punctuation and article: `The Gambia`, `U.S.A.`, `Perú`."""
    return (
        NOT_LETTERS.sub(" ", without_accents(name).replace(".", "").replace("&", " and ")).strip().removeprefix("the ")
    )
