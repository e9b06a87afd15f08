from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns.accent_colours import (
    DARK_BACKGROUND,
    DEFAULT_PALETTE,
    LIGHT_BACKGROUND,
    contrast,
    mix,
    palette,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@given(COLOURS)
def test_every_colour_can_be_read_wherever_it_stands(accent: str) -> None:
    chosen = palette(accent)
    for shades, ground in ((chosen.light, LIGHT_BACKGROUND), (chosen.dark, DARK_BACKGROUND)):
        for shade in (shades.accent, shades.strong):
            for other in (ground, shades.wash, shades.on):
                assert contrast(shade, other) >= 4.5, (accent, shade, other)


def test_a_colour_that_can_be_read_stays_and_another_moves_no_further_than_needed() -> None:
    assert palette("#9c2f1b").light.accent == "#9c2f1b"
    assert palette("#ffd54a").dark.accent == "#ffd54a"
    yellow = palette("#ffd54a").light
    assert contrast(yellow.accent, yellow.wash) < 5.2


def test_none_chosen_is_ours() -> None:
    assert palette("") is DEFAULT_PALETTE
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
