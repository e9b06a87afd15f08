"""`python -m tools.font_advances`: writes how wide each sign of the picture's fonts is, so that the app needs no font library."""

from __future__ import annotations

import json
from collections import defaultdict

from fontTools.ttLib import TTFont

from chalicelib.pages.share_card.font_metrics import ADVANCES, FILES, FONTS


def advances(file: str) -> dict[str, str]:
    """Signs of a font by how far each moves on, in thousandths of the font's size, narrowest first."""
    with TTFont(FONTS / file) as font:
        units, widths, glyphs = font["head"].unitsPerEm, font["hmtx"].metrics, font.getBestCmap()
        signs: dict[float, str] = defaultdict(str)
        for code, glyph in sorted(glyphs.items()):
            signs[round(1000 * widths[glyph][0] / units, 3)] += chr(code)
    return {f"{advance:g}": signs[advance] for advance in sorted(signs)}


def contents() -> str:
    """The whole file."""
    return json.dumps({file: advances(file) for file in FILES}, indent=1) + "\n"


if __name__ == "__main__":
    ADVANCES.write_text(contents())
    print(ADVANCES)
