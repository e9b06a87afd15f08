"""Compares words as people do: without regard to case, accents, width and punctuation."""

from __future__ import annotations

import re
import unicodedata

NOT_A_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """`text` without case, accents and punctuation, words one space apart: "Código postal:" is "codigo postal"."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    return NOT_A_WORD.sub(" ", letters).strip()
