"""Which way a text runs, and how one that runs the other way stands inside a sentence; it knows no words."""

from __future__ import annotations

import re
import unicodedata

WRITTEN_FROM_THE_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
SCRIPTS_FROM_THE_RIGHT = frozenset({"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"})
SCRIPT = re.compile("[a-z]{4}")  # RFC 5646, 2.1: the only subtag of four letters
# First strong isolate and its end (Unicode UAX #9, 2.2): what they enclose cannot reorder the words around it.
OPEN, CLOSE = "\u2068", "\u2069"
# What a strongly directed character may be (UAX #9, table 4).
STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction(language: str) -> str:
    """`rtl` or `ltr`. A script that the tag names decides: `az-Arab` runs from the right, `ar-Latn` does not."""
    primary, *subtags = language.lower().split("-")
    script = next((subtag for subtag in subtags if SCRIPT.fullmatch(subtag)), "")
    from_the_right = script in SCRIPTS_FROM_THE_RIGHT if script else primary in WRITTEN_FROM_THE_RIGHT
    return "rtl" if from_the_right else "ltr"


def isolated(text: str, language: str) -> str:
    """`text` as it stands in a sentence of `language`: isolated if any of it runs the other way, else as it is."""
    ways = {STRONG.get(unicodedata.bidirectional(character)) for character in text} - {None}
    return f"{OPEN}{text}{CLOSE}" if ways - {direction(language)} else text
