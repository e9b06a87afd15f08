"""Knows which signs the fonts of pictures can draw and how wide they come out; it draws nothing itself.

The widths are data, written from the fonts by `python -m tools.font_advances`: no font library is worth its weight here.
Kerning and the joining of Arabic letters make a text narrower than said, never wider.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, starmap, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FONTS = Path(__file__).parent / "fonts"
ADVANCES = FONTS / "advances.json"
ARABIC = "noto-naskh-arabic-semibold.ttf"
FILES = ("noto-serif-semibold.ttf", "noto-sans-regular.ttf", ARABIC)
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Typeface:
    """One font under its family's name. `advances` says how far each of its signs moves on, in parts of its size."""

    family: str
    advances: Mapping[str, float]

    def draws(self, text: str) -> bool:
        """True when it has every letter and digit; other signs may be left out (`drawable`)."""
        return all(sign in self.advances for sign in text if unicodedata.category(sign)[0] in "LMN")

    def drawable(self, text: str) -> str:
        """`text` on one line, without pictograms, controls and whatever else it lacks."""
        return " ".join("".join(sign for sign in text if sign.isspace() or sign in self.advances).split())

    def width(self, text: str, size: float) -> float:
        """How wide `text` is at most, in the unit of `size`."""
        return size * sum(self.advances.get(sign, 0.0) for sign in text)

    def cut(self, text: str, size: float, room: float) -> str:
        """As much of `text` as `room` holds, at a word if one ends in it, with an ellipsis where something is missing."""
        if self.width(text, size) <= room:
            return text
        # Sign by sign, once: names of a hundred targets are twenty thousand signs.
        widths = accumulate((size * self.advances.get(sign, 0.0) for sign in text), initial=self.width(ELLIPSIS, size))
        kept = text[: max(sum(1 for _ in takewhile(lambda width: width <= room, widths)) - 1, 0)]
        whole = kept.rpartition(" ")[0] if not text[len(kept) :].startswith(" ") else kept
        return (whole or kept).rstrip(" ,;:.·-–—") + ELLIPSIS

    def lines(self, text: str, size: float, room: float) -> list[str]:
        """`text` broken at spaces so that each line fits; a word that is too wide stands alone."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def balanced(self, text: str, size: float, room: float) -> list[str]:
        """The same number of lines, of about the same width each."""
        lines = self.lines(text, size, room)
        narrow, wide = room / max(len(lines), 1), room
        while wide - narrow > size / 8:
            middle = (narrow + wide) / 2
            fits = max(self.width(line, size) for line in self.lines(text, size, middle)) <= middle
            if fits and len(self.lines(text, size, middle)) == len(lines):
                wide = middle
            else:
                narrow = middle
        return self.lines(text, size, wide)


def serif(text: str) -> Typeface | None:
    """What a title or number is set in; None when nothing here can write it."""
    return _first("Noto Serif SemiBold", "noto-serif-semibold.ttf", text)


def sans(text: str) -> Typeface | None:
    """What everything else is set in; None when nothing here can write it."""
    return _first("Noto Sans", "noto-sans-regular.ttf", text)


def _first(family: str, file: str, text: str) -> Typeface | None:
    # One font for a line: the renderer mixes up letters where two meet in one.
    names = ((family, file), ("Noto Naskh Arabic SemiBold", ARABIC))
    return next((face for face in starmap(_typeface, names) if face.draws(text)), None)


@lru_cache(maxsize=4)
def _typeface(family: str, file: str) -> Typeface:
    return Typeface(family, _advances(file))


def _advances(file: str) -> dict[str, float]:
    """How far each sign of a font moves on, in parts of its size."""
    signs_by_advance = json.loads(ADVANCES.read_text())[file]
    return {sign: float(advance) / 1000 for advance, signs in signs_by_advance.items() for sign in signs}
