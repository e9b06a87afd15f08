"""The direction of a language's script, and how to embed text of the other direction in a sentence."""

from __future__ import annotations

import re
import unicodedata

RTL_LANGUAGES = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
RTL_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
SCRIPT = re.compile("[a-z]{4}")  # RFC 5646, 2.1: the only subtag of four letters
# First strong isolate and its end (Unicode UAX #9, 2.2): text between them cannot reorder the words around it.
ISOLATE_START, ISOLATE_END = "\u2068", "\u2069"
# The strong bidirectional types (UAX #9, table 4).
STRONG_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction(language: str) -> str:
    """`rtl` or `ltr`. A script in the tag decides: `az-Arab` runs right to left, `ar-Latn` does not."""
    primary, *subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags if SCRIPT.fullmatch(subtag)), "")
    is_rtl = script in RTL_SCRIPTS if script else primary in RTL_LANGUAGES
    return "rtl" if is_rtl else "ltr"


def isolate(text: str, language: str) -> str:
    """`text` for use in a sentence of `language`: isolated if any of it runs the other way, else unchanged."""
    directions = {STRONG_DIRECTIONS.get(unicodedata.bidirectional(character)) for character in text} - {None}
    return f"{ISOLATE_START}{text}{ISOLATE_END}" if directions - {direction(language)} else text
