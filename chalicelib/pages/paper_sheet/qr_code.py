"""A QR code on a typeset page. Its address stands beside it in words, so to those who listen it is decoration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.pages.typesetting.page_canvas import Page


def draw_qr(page: Page, url: str, at: tuple[float, float], size: float) -> None:
    """Draws `url` with its lower left corner `at`, readable with a quarter of it damaged."""
    import segno

    modules = [list(row) for row in segno.make(url, error="q", micro=False).matrix]
    side = size / len(modules)
    for number, row in enumerate(modules):
        height = at[1] + size - (number + 0.5) * side
        for begin, end in _runs(row):
            left = at[0] + begin * side
            # A hair more than the module, or viewers leave white lines between two rows.
            page.rule(left, left + (end - begin) * side, height, thickness=side + 0.05, grey=0.0)


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Where dark modules begin and end."""
    found, begin = [], None
    for place, dark in enumerate([*row, 0]):
        if dark and begin is None:
            begin = place
        elif not dark and begin is not None:
            found.append((begin, place))
            begin = None
    return found
