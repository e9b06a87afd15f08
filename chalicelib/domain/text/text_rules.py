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
URL = re.compile(r"://|\bwww\.", re.IGNORECASE)
SOURCE_LENGTH = 40
HINT_LENGTH = 300


def normalise(text: str) -> str:
    """`text` in NFC, with line feeds as line ends and no white space around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


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
    return re.sub(r"[^a-z0-9._-]+", "", text.lower())[:SOURCE_LENGTH]


def clean_hint(text: str) -> str:
    """A hidden field (referrer, utm), which the signer cannot correct: truncated and cleaned, never refused."""
    return FORBIDDEN.sub("", LINE_BREAKS.sub("", text)).strip()[:HINT_LENGTH]
