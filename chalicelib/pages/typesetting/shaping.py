"""Turns a line of text into glyphs in the order in which they stand on the page, in whatever scripts it is written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import uharfbuzz as hb

from chalicelib.pages.typesetting.bidi import MARKS, levels, visual_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.pages.typesetting.type_faces import TypeCase, TypeFace

# Numbers in columns stand under each other.
FEATURES = {"kern": True, "liga": True, "tnum": True, "lnum": True}
JOINERS = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font from left to right: numbers, advances and offsets, in thousandths of an em.

    It `speaks_for_itself` when its glyphs, read in order, say what was written: each stands for one character, and for the
    same one all over the file.
    """

    face: TypeFace
    glyphs: tuple[tuple[int, float, float, float], ...]
    width: float
    speaks_for_itself: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `text` as it is drawn; `width` in thousandths of the size."""

    text: str
    runs: tuple[Run, ...]
    width: float

    @property
    def needs_its_text(self) -> bool:
        """True when the glyphs on the page do not say what was written, or in which order to read it."""
        return not all(run.speaks_for_itself for run in self.runs)


class Shaper:
    """Shapes lines with the fonts of one file."""

    def __init__(self, case: TypeCase) -> None:
        self._case = case
        self.line = lru_cache(maxsize=4000)(self._line)
        self.width = lru_cache(maxsize=50_000)(self._width)

    def _width(self, text: str, style: str) -> float:
        return self._line(text, style, rtl=False).width

    def _line(self, text: str, style: str, *, rtl: bool) -> Line:
        return self.styled_line(text, [style] * len(text), rtl=rtl)

    def styled_line(self, text: str, styles: Sequence[str], *, rtl: bool) -> Line:
        """Shapes a line whose characters have `styles`, in a paragraph that runs right to left if `rtl`."""
        parts = self._parts(text, styles, levels(text, rtl=rtl))
        codes = [ord(character) for character in text]
        runs = [self._shape(codes, text, *part) for part in parts]
        ordered = tuple(runs[place] for place in visual_order([part[3] for part in parts]))
        return Line("".join(c for c in text if c not in MARKS), ordered, sum(run.width for run in ordered))

    def _parts(
        self, text: str, styles: Sequence[str], line_levels: Sequence[int]
    ) -> list[tuple[int, int, TypeFace, int]]:
        """Where the font or the direction changes: begin, end, font, level."""
        parts: list[tuple[int, int, TypeFace, int]] = []
        for place, character in enumerate(text):
            if character in MARKS:
                continue
            begin, end, face, level = parts[-1] if parts else (-1, -1, None, -1)
            follows = character in JOINERS or character == " " or unicodedata.combining(character)
            is_kept = face is not None and follows and face.has(character)
            wanted = face if is_kept and face else self._case.face_of(character, styles[place])
            if (end, face, level) == (place, wanted, line_levels[place]):
                parts[-1] = (begin, place + 1, wanted, level)
            else:
                parts.append((place, place + 1, wanted, line_levels[place]))
        return parts

    def _shape(self, codes: list[int], text: str, begin: int, end: int, face: TypeFace, level: int) -> Run:
        buffer = hb.Buffer()
        buffer.add_codepoints(codes, begin, end - begin)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if level % 2 else "ltr"
        hb.shape(face.font, buffer, FEATURES)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        starts = sorted({info.cluster for info in infos} | {end})
        ends = dict(pairwise(starts))
        scale, glyphs, seen, is_plain = face.scale, [], set(), not level % 2
        for info, position in zip(infos, positions, strict=True):
            cluster = info.cluster
            # The first glyph of a cluster stands for all its characters, the others for none.
            meaning = "" if cluster in seen else text[cluster : ends[cluster]]
            seen.add(cluster)
            is_plain &= face.use(info.codepoint, meaning)
            glyphs.append(
                (info.codepoint, position.x_advance * scale, position.x_offset * scale, position.y_offset * scale)
            )
        return Run(face, tuple(glyphs), sum(glyph[1] for glyph in glyphs), is_plain)
