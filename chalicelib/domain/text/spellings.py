"""Compares words as people do: without regard to case, accents, width and punctuation."""

from __future__ import annotations

import re
import unicodedata

NOT_A_WORD = re.compile(r"[\W_]+")


# Titles and answers are shorter; to normalise many accents on one letter takes quadratic time.
LONGEST = 1000


def composed(text: str) -> str:
    """`text` with one spelling for each width and accent (NFKC); what is longer than any word or title stays as it is."""
    return unicodedata.normalize("NFKC", text) if len(text) <= LONGEST else text


def plain(text: str) -> str:
    """`text` without case, accents and punctuation, words one space apart: "Código postal:" is "codigo postal"."""
    folded = text.casefold()
    if len(folded) <= LONGEST:
        folded = unicodedata.normalize("NFKD", folded)
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    return NOT_A_WORD.sub(" ", letters).strip()
