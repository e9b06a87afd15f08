"""Which way a text runs, and how one that runs the other way stands inside a sentence; it knows no words."""

from __future__ import annotations

import re
import unicodedata

RTL_LANGUAGES = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
RTL_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
SCRIPT = re.compile("[a-z]{4}")  # RFC 5646, 2.1: the only subtag of four letters
# First strong isolate and its end (Unicode UAX #9, 2.2): what they enclose cannot reorder the words around it.
ISOLATE_START, ISOLATE_END = "\u2068", "\u2069"
# What a strongly directed character may be (UAX #9, table 4).
STRONG_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction(language: str) -> str:
    """`rtl` or `ltr`. A script that the tag names decides: `az-Arab` runs from the right, `ar-Latn` does not."""
    primary, *subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags if SCRIPT.fullmatch(subtag)), "")
    is_rtl = script in RTL_SCRIPTS if script else primary in RTL_LANGUAGES
    return "rtl" if is_rtl else "ltr"


def isolate(text: str, language: str) -> str:
    """`text` as it stands in a sentence of `language`: isolated if any of it runs the other way, else as it is."""
    directions = {STRONG_DIRECTIONS.get(unicodedata.bidirectional(character)) for character in text} - {None}
    return f"{ISOLATE_START}{text}{ISOLATE_END}" if directions - {direction(language)} else text
