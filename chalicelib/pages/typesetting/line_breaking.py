"""Breaks text into lines: at spaces, between characters of scripts without spaces, and inside a word only when it is too long."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.pages.typesetting.shaping import Line, Shaper

WIDE = frozenset("WF")
# What must not begin a line in Chinese and Japanese (JIS X 4051, the commonest).
NOT_FIRST = frozenset("、。，．！？：；）」』】〉》ー々")
BREAKS_AFTER = frozenset("-–—/\u200b")


@dataclass(frozen=True, slots=True)
class StyledText:
    """Text with the style of each character."""

    text: str
    styles: tuple[str, ...]

    @classmethod
    def plain(cls, text: str, style: str = "regular") -> StyledText:
        """`text` in one style."""
        return cls(text, (style,) * len(text))

    @classmethod
    def joined(cls, parts: Iterable[tuple[str, str]]) -> StyledText:
        """Parts of text, each in its style."""
        known = list(parts)
        return cls("".join(text for text, _ in known), tuple(style for text, style in known for _ in text))


def broken(shaper: Shaper, styled: StyledText, width: float, *, rtl: bool) -> list[Line]:
    """The lines of a paragraph that is `width` (thousandths of its size) wide."""
    lines: list[Line] = []
    begin = end = 0
    filled = 0.0
    for piece_begin, piece_end in _fitting(shaper, styled, width):
        piece = styled.text[piece_begin:piece_end]
        style = styled.styles[piece_begin]
        needed = shaper.width(piece.rstrip(), style)
        if filled and filled + needed > width:
            lines.append(_set(shaper, styled, begin, end, rtl=rtl))
            begin, filled = piece_begin, 0.0
        filled += shaper.width(piece, style)
        end = piece_end
    lines.append(_set(shaper, styled, begin, end, rtl=rtl))
    return lines


def _set(shaper: Shaper, styled: StyledText, begin: int, end: int, *, rtl: bool) -> Line:
    text = styled.text[begin:end].rstrip()
    styles = styled.styles[begin : begin + len(text)]
    if len(set(styles)) == 1:
        return shaper.line(text, styles[0], rtl=rtl)
    return shaper.styled_line(text, styles, rtl=rtl)


def _fitting(shaper: Shaper, styled: StyledText, width: float) -> Iterator[tuple[int, int]]:
    """The pieces between which lines may be broken, none wider than a line."""
    for start, end in _pieces(styled.text):
        begin = start
        while shaper.width(styled.text[begin:end].rstrip(), styled.styles[begin]) > width and end - begin > 1:
            fits = _longest_start(shaper, styled, begin, end, width)
            yield begin, fits
            begin = fits
        yield begin, end


def _longest_start(shaper: Shaper, styled: StyledText, begin: int, end: int, width: float) -> int:
    low, high = begin + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if shaper.width(styled.text[begin:middle], styled.styles[begin]) <= width:
            low = middle
        else:
            high = middle - 1
    while low < end - 1 and unicodedata.combining(styled.text[low]):
        low += 1  # a mark stays with its letter
    return low


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield begin, place
            begin = place
    if text:
        yield begin, len(text)


def _may_break(before: str, after: str) -> bool:
    if after in NOT_FIRST or after == " ":
        return False
    if before == " " or before in BREAKS_AFTER:
        return True
    return unicodedata.east_asian_width(before) in WIDE or unicodedata.east_asian_width(after) in WIDE
