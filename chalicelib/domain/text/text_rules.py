"""What a text that a stranger typed may contain; what is wrong is refused, never silently changed."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_LENGTH = 100
MAX_COMMENT_LENGTH = 2000
LEADING_SYMBOLS = ("=", "+", "-", "@")
# Control characters, lone surrogates, line separators, and marks that make text read backwards (Unicode TR 36).
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
LINE_BREAKS = re.compile("[\t\n]")
# White space, and what is invisible at the edge of a text: zero-width characters, soft hyphen, byte order mark.
AROUND = " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
AROUND += "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
# Letters and symbols that are drawn as nothing: Hangul fillers, the blank Braille pattern, the object replacement.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc")
# NFC makes one character of four at most (Unicode UAX #15, section 9), so what is longer than this is too long either way.
MOST_COMPOSED = 4
# Sorting the marks on one letter takes time that is quadratic in their number. No language has more of them in a row (UAX
# #15, section 13). Three Tibetan vowel signs count as none, but become two.
MOST_MARKS = 30
SPLIT_MARKS = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
URL = re.compile(r"://|\bwww\.", re.IGNORECASE)
# What nearly everybody types in a Latin script: words of letters, digits and a few signs, with single spaces between them.
# Each of these characters can be seen, is its own NFC, and is refused nowhere.
ORDINARY = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9][A-Za-zÀ-ÖØ-öø-ÿ0-9.,;!?'()-]*(?: [A-Za-zÀ-ÖØ-öø-ÿ0-9.,;!?'()-]+)*")
NOT_IN_LABELS = re.compile(r"[^a-z0-9._-]+")
SOURCE_LENGTH = 40
# What forms send for a box, ticked or not.
TRUE_VALUES = frozenset({"on", "1", "true", "yes"})
FALSE_VALUES = frozenset({"", "off", "0", "false", "no"})
HINT_LENGTH = 300


def normalise(text: str, *, limit: int) -> str:
    """`text` in NFC, with line feeds as line ends and nothing invisible around it; empty when nothing of it can be seen.

    What cannot have `limit` characters is left as it is, to be refused for its length. So are letters under heaps of marks.
    """
    text = text.replace("\r\n", "\n").strip(AROUND)
    if text.isascii():
        return text
    if len(text) <= MOST_COMPOSED * limit and not has_heap_of_marks(text):
        text = unicodedata.normalize("NFC", text)
    return text if is_visible(text) else ""


def has_heap_of_marks(text: str) -> bool:
    """True when more than 30 combining marks follow each other."""
    if len(text) <= MOST_MARKS:
        return False
    run = 0
    for one in text:
        run = run + 1 if unicodedata.combining(one) or one in SPLIT_MARKS else 0
        if run > MOST_MARKS:
            return True
    return False


def is_ordinary(text: str, *, limit: int, is_name: bool) -> bool:
    """True for a text with which nothing is wrong and nothing is to be done, at one look; of any other it says nothing.

    Such a text is what `normalise` and `single_line` make of it, and has no `error_code`.
    """
    if len(text) > limit or (is_name and "." in text):  # the point of www.
        return False
    return ORDINARY.fullmatch(text) is not None


def single_line(text: str) -> str:
    """A normalised `text` as it stands on one line: tabs and spaces of any kind become single spaces."""
    return SPACES.sub(" ", text)


def is_visible(text: str) -> bool:
    """True when `text` has a letter, digit, mark of punctuation or symbol to be seen (Unicode's L, N, P and S)."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in BLANK for one in text)


def error_code(text: str, *, limit: int, is_name: bool = False, has_lines: bool = False) -> str | None:
    """The code of what is wrong with a normalised `text` (at most `limit` characters), or None."""
    if len(text) > limit:
        return "too_long"
    if FORBIDDEN.search(text) or (not has_lines and LINE_BREAKS.search(text)):
        return "control_characters"
    if is_name and text.startswith(LEADING_SYMBOLS):
        return "leading_symbol"
    if is_name and URL.search(text):
        return "url_in_name"
    return None


def source_label(text: str) -> str:
    """A counter's label from a link's `source`: at most 40 characters of `[a-z0-9._-]`, without everything else."""
    return NOT_IN_LABELS.sub("", text.lower())[:SOURCE_LENGTH]


def clean_hint(text: str) -> str:
    """A hidden field (referrer, utm), which the signer cannot correct: truncated and cleaned, never refused."""
    return FORBIDDEN.sub("", LINE_BREAKS.sub("", text)).strip()[:HINT_LENGTH]
