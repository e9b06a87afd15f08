"""What a cell says: yes or no, a day, organisations. What could mean two things is refused, never guessed."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.text.spellings import composed, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

# What people type, and what spreadsheets write for their own true and false, in English, Spanish, French, Portuguese,
# Arabic, German, Italian and Dutch.
# fmt: off
YES = frozenset((
    "yes", "y", "true", "1", "on", "x", "si", "s", "verdadero", "oui", "vrai", "sim", "verdadeiro", "نعم", "صحيح", "صواب",
    "ja", "j", "wahr", "vero", "waar", "✓", "✔", "☑",
))
NO = frozenset((
    "no", "n", "false", "0", "off", "falso", "non", "faux", "nao", "لا", "خطا", "nein", "falsch", "onwaar", "nee",
    "-", "–", "—", "☐",
))
# fmt: on
MONTHS = (
    "january enero janvier janeiro januar يناير",
    "february febrero fevrier fevereiro februar فبراير",
    "march marzo mars marco marz مارس",
    "april abril avril ابريل",
    "may mayo mai maio مايو",
    "june junio juin junho juni يونيو",
    "july julio juillet julho juli يوليو",
    "august agosto aout اغسطس",
    "september septiembre setiembre septembre setembro سبتمبر",
    "october octubre octobre outubro oktober اكتوبر",
    "november noviembre novembre نوفمبر",
    "december diciembre decembre dezembro dezember ديسمبر",
)
LINKING_WORDS = frozenset(["de", "del", "of", "the", "el", "le", "d"])
# fmt: off
WEEKDAYS = frozenset((
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "segunda", "terca", "quarta", "quinta", "sexta", "feira",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
))
# fmt: on
MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?$")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})")
SHORT_YEAR = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{2})")
IN_WORDS = re.compile(r"\d+|[^\W\d_]+")
AFTER_NUMBER = frozenset(["st", "nd", "rd", "th", "er", "o", "a"])
MIN_ABBREVIATION, YEAR_DIGITS, MONTHS_IN_A_YEAR = 3, 4, 12


class BadCell(ValueError):
    """What the cell says cannot be used: why, as a field error's code and `options`."""

    def __init__(self, code: str, options: str = "") -> None:
        super().__init__(code)
        self.code, self.options = code, options


class DayOrder(StrEnum):
    """How a sheet writes days of which nobody could say: 3/4/2025."""

    UNKNOWN = ""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class TwoDays(BadCell):
    """The cell could be two days; `day_first` and `month_first` are those, in ISO."""

    def __init__(self, day_first: str, month_first: str) -> None:
        super().__init__("two_days", f"{day_first}, {month_first}")
        self.day_first, self.month_first = day_first, month_first


def yes_or_no(text: str) -> bool:
    """True or False. Raises BadCell for any other word."""
    word = plain(text) or composed(text.strip())
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadCell("not_yes_or_no", text)


def organisations(text: str, sponsors: Mapping[str, str]) -> list[str]:
    """The ids in the cell, by id or name (`sponsors`: name by id); a yes is the only one there is. Raises BadCell."""
    known = {plain(name): sponsor for sponsor, name in sponsors.items() if plain(name)}
    known |= {plain(sponsor): sponsor for sponsor in sponsors}
    if plain(text) in known:
        return [known[plain(text)]]
    if plain(text) in NO or text in NO:
        return []
    if len(sponsors) == 1 and (plain(text) in YES or text in YES):
        return list(sponsors)
    parts = [part for part in re.split(r"[,;|\n]", text) if part.strip()]
    if not all(plain(part) in known for part in parts):
        parts = re.split(r"[\s,;|]+", text.strip())
    unknown = [part for part in parts if plain(part) not in known]
    if unknown:
        raise BadCell("not_a_sponsor", ", ".join(sponsors))
    return list(dict.fromkeys(known[plain(part)] for part in parts))


def day(text: str, order: DayOrder = DayOrder.UNKNOWN) -> str:
    """The day as 2025-04-03. Raises BadCell, and TwoDays for one such as 3/4/2025 as long as nobody said the `order`."""
    written = MIDNIGHT.sub("", composed(text).strip())
    if found := YEAR_FIRST.fullmatch(written):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if SHORT_YEAR.fullmatch(written):
        raise BadCell("short_year")
    if found := YEAR_LAST.fullmatch(written):
        return _numeric(int(found[1]), int(found[3]), int(found[4]), order)
    return _in_words(written)


def _numeric(first: int, second: int, year: int, order: DayOrder) -> str:
    if max(first, second) <= MONTHS_IN_A_YEAR and first != second:
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if order is DayOrder.UNKNOWN:
            raise TwoDays(day_first, month_first)
        return day_first if order is DayOrder.DAY_FIRST else month_first
    month, day_of_month = (first, second) if second > MONTHS_IN_A_YEAR else (second, first)
    return _day(year, month, day_of_month)


def _in_words(written: str) -> str:
    tokens = [plain(token) for token in IN_WORDS.findall(written)]
    numbers = [token for token in tokens if token.isdecimal()]
    words = [token for token in tokens if token and not token.isdecimal() and not _is_filler(token)]
    years = [token for token in numbers if len(token) == YEAR_DIGITS]
    days = [token for token in numbers if len(token) < YEAR_DIGITS - 1]
    months = {month for word in words for month in _months(word)}
    if len(words) != 1 or len(numbers) != 2 or len(years) != 1 or len(days) != 1 or len(months) != 1:  # noqa: PLR2004
        raise _no_day()
    return _day(int(years[0]), months.pop(), int(days[0]))


def _is_filler(word: str) -> bool:
    return word in LINKING_WORDS or word in AFTER_NUMBER or word in WEEKDAYS


def _months(word: str) -> set[int]:
    if len(word) < MIN_ABBREVIATION:
        return set()
    return {
        number for number, names in enumerate(MONTHS, start=1) if any(name.startswith(word) for name in names.split())
    }


def _day(year: int, month: int, day_of_month: int) -> str:
    try:
        return date(year, month, day_of_month).isoformat()
    except ValueError as error:
        raise _no_day() from error


def _no_day() -> BadCell:
    return BadCell("bad_day")
