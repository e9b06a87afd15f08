"""Text as a cell of a CSV that no spreadsheet reads as a formula, whichever separator it splits lines at."""

from __future__ import annotations

import re

# What makes a spreadsheet read a cell as a formula (OWASP, "CSV Injection"). East Asian editions read full-width signs too.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
BLANK_BEGINNINGS = frozenset("\t\r\n")
BEGINNINGS = frozenset('=+-@\uff1d\uff0b\uff0d\uff20 "')
# A program that splits at semicolons or tabs, or does not heed quotes, begins a cell behind each of these.
ENDS = ";\t\r\n"
BEGINNING = re.compile(f'(^|[{ENDS}])([\\s"]*)(?=[{SIGNS}])([^{ENDS}]*)')
BEHIND_COMMA = re.compile(f'(,)([\\s"]*)(?=[{SIGNS}])([^,{ENDS}]*)')
# Digits alone call nothing. With a quote before it, a phone number reaches nobody; a spreadsheet may subtract one such as
# `+51-987-654`, in its own window: who wants to see it as typed there takes an XLSX.
PHONE = re.compile(r"[+\uff0b][0-9 ().\-/]{5,}")
# With a quote before it, an address is another one. Without `=`, `|`, `!` and brackets it calls nothing either.
ADDRESS = re.compile(r"[+\-][A-Za-z0-9._+\-]*@[A-Za-z0-9.\-]+")


def safe_anywhere(text: str) -> str:
    """The same for a file that is not split at commas: a program that splits it there all the same sees cells behind each."""
    if "," in text:
        text = BEHIND_COMMA.sub(_guarded, text)
    return safe_cell(text)


def safe_cell(text: str) -> str:
    """`text` with an apostrophe before whatever a spreadsheet might calculate."""
    # Every cell of an export comes here: most are printable, and leave by the first line.
    if text[:1] not in BEGINNINGS and ";" not in text and text.isprintable():
        return text
    safe = BEGINNING.sub(_guarded, text)
    return f"'{safe}" if safe[:1] in BLANK_BEGINNINGS else safe


def _guarded(found: re.Match[str]) -> str:
    before, blanks, rest = found.groups()
    bare = rest.rstrip('" ')
    return found[0] if PHONE.fullmatch(bare) or ADDRESS.fullmatch(bare) else f"{before}{blanks}'{rest}"
