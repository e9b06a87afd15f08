"""Makes a campaign's accent colour readable on every background of pages and emails (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

# The backgrounds of pages and emails in light and in dark mode, before the wash is mixed in.
LIGHT_BACKGROUND, DARK_BACKGROUND = "#fbfaf7", "#1f1f1c"
WHITE, BLACK = "#ffffff", "#000000"
MIN_CONTRAST = 4.5
SHADE_STEP = 0.04
WASH_SHARE = 0.1
HOVER_SHIFT = 0.25


@dataclass(frozen=True, slots=True)
class Shades:
    """One accent in one theme.

    `accent` is for links and buttons, `strong` for them when hovered, `on` for text on them, `wash` for backgrounds.
    """

    accent: str
    strong: str
    on: str
    wash: str


@dataclass(frozen=True, slots=True)
class Palette:
    """An accent in both themes."""

    light: Shades
    dark: Shades


DEFAULT_PALETTE = Palette(
    Shades("#0f5a66", "#0a434d", WHITE, "#e6efef"),
    Shades("#7cc7cf", "#a5dde2", "#0b2226", "#20302f"),
)


@lru_cache(maxsize=64)
def palette(accent: str) -> Palette:
    """`accent` (`#rrggbb`), no darker or lighter than it must be to be readable; our own palette when empty."""
    if not accent:
        return DEFAULT_PALETTE
    return Palette(
        _shades(accent, LIGHT_BACKGROUND, BLACK, WHITE),
        _shades(accent, DARK_BACKGROUND, WHITE, mix(BLACK, accent, WASH_SHARE)),
    )


def _shades(accent: str, background: str, towards: str, on: str) -> Shades:
    shade, shift = accent, 0.0
    while min(contrast(shade, mix(background, shade, WASH_SHARE)), contrast(shade, on)) < MIN_CONTRAST:
        shift += SHADE_STEP
        shade = mix(accent, towards, min(shift, 1.0))
    return Shades(shade, mix(shade, towards, HOVER_SHIFT), on, mix(background, shade, WASH_SHARE))


def contrast(first: str, second: str) -> float:
    """The contrast ratio as WCAG 2.2 defines it, from 1 (the same colour) to 21 (black on white)."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def mix(first: str, second: str, share: float) -> str:
    """`first` with a `share` (0 to 1) of `second` mixed in."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the formula
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))
