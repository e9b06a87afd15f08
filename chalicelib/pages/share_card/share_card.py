"""Draws the picture that is shown where a link is shared: kind and targets, title, count, sponsors.

It shows only the organisers' words and numbers, never what a signer typed, and nothing that its fonts lack.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.i18n import languages
from chalicelib.i18n.text_direction import direction
from chalicelib.pages.share_card.font_metrics import FILES, FONTS, sans, serif

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.pages.share_card.font_metrics import Typeface

# The size that sites with link previews ask for (Open Graph: 1.91 to 1).
WIDTH, HEIGHT = 1200, 630
MARGIN = 80
TEXT_WIDTH = WIDTH - 2 * MARGIN
NUMBER_SIZE, CAPTION_SIZE, BAR_HEIGHT = 72, 34, 12
# Names of targets and sponsors: all become smaller before any is left out.
NAME_SIZES = (30, 28, 26, 24)
TITLE_TOP, TITLE_HEIGHT = 148, 288
# Larger type for shorter titles; joined scripts need more space between lines.
TITLE_SIZES = (92, 80, 68, 58)
LEADING = {"ltr": 1.16, "rtl": 1.5}
# Below this, a number tells people that nobody cares.
SMALLEST_COUNT = 25


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words on one line, their font size and family, and their maximum width."""

    words: str = ""
    size: int = 0
    family: str = ""
    width: float = 0.0


EMPTY_LINE = TextLine()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the picture shows; equal cards look the same. `share` is how much of the goal is reached, 0 to 1."""

    language: str
    eyebrow: TextLine
    title: tuple[TextLine, ...]
    number: TextLine
    words: TextLine
    share: float | None
    sponsors: TextLine
    accent: str


def drawn_language(campaign: Campaign, language: str) -> str | None:
    """The picture's language: `language`, else the default one, else None if no font here can write the title."""
    wanted = (language, campaign.default_language)
    return next((one for one in wanted if one in campaign.texts and _can_draw(campaign, one)), None)


def _can_draw(campaign: Campaign, language: str) -> bool:
    title = campaign.text(language).title
    face = serif(title)
    return face is not None and bool(face.drawable(title))


def card_url(campaign: Campaign, language: str, *, base_url: str, count: int | None) -> str:
    """The picture's address; empty if there is none.

    The address changes with the content, because sites with link previews cache a picture for weeks.
    """
    shown = drawn_language(campaign, language)
    if shown is None:
        return ""
    version = f"{campaign.version}.{count}" if count is not None and _is_shown(campaign, count) else campaign.version
    return f"{base_url}/sign/{campaign.id}/card.png?{urlencode({'lang': shown, 'v': version})}"


def alt_text(campaign: Campaign, language: str, *, count: int | None) -> str:
    """The picture's text alternative."""
    shown = drawn_language(campaign, language) or language
    number, words, _ = _progress(campaign, shown, count)
    progress = f"{number} {words}".strip()
    title = campaign.text(shown).title
    return f"{title} ({progress.rstrip('.')})" if progress else title


def card(campaign: Campaign, language: str, *, count: int | None) -> Card:
    """What the picture of `campaign` shows, in a `language` that can be drawn."""
    number, words, share = _progress(campaign, language, count)
    return Card(
        language=language,
        eyebrow=_names(_eyebrow(campaign, language)),
        title=_title(campaign.text(language).title, direction(language)),
        number=_typeset(serif(number), number, NUMBER_SIZE),
        words=_typeset(sans(words), words, CAPTION_SIZE),
        share=share,
        sponsors=_names([sponsor.name for sponsor in campaign.sponsors] or [campaign.sender.name]),
        accent=palette(campaign.accent).light.accent,
    )


def _typeset(face: Typeface | None, words: str, size: int) -> TextLine:
    if face is None or not words:
        return EMPTY_LINE
    shown = face.cut(face.drawable(words), size, TEXT_WIDTH)
    return TextLine(shown, size, face.family, face.width(shown, size))


def _title(title: str, direction: str) -> tuple[TextLine, ...]:
    face = serif(title)
    if face is None:
        return ()
    text, leading = face.drawable(title), LEADING[direction]
    for size in TITLE_SIZES:
        most = int(TITLE_HEIGHT / (size * leading))
        lines = face.balanced(text, size, TEXT_WIDTH)
        if len(lines) <= most and max(face.width(line, size) for line in lines) <= TEXT_WIDTH:
            return tuple(_typeset(face, line, size) for line in lines)
    # It does not fit even in the smallest size: the last line and any word wider than the picture are cut.
    lines = face.lines(text, size, TEXT_WIDTH)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return tuple(_typeset(face, line, size) for line in kept if line)


def _eyebrow(campaign: Campaign, language: str) -> list[str]:
    targets = [target.name_in(language) for target in campaign.targets]
    if campaign.kind == "letter":
        kind = languages.translate("Letter to" if targets else "Letter", language)
    else:
        kind = languages.translate("Petition to" if targets else "Petition", language)
    return [f"{kind} {targets[0]}", *targets[1:]] if targets else [kind]


def _names(parts: list[str]) -> TextLine:
    """Names side by side, in the largest size in which all fit, without those that cannot be drawn."""
    text = " · ".join(part for part in parts if sans(part))
    face = sans(text)
    if face is None:
        return EMPTY_LINE
    size = next((size for size in NAME_SIZES if face.width(face.drawable(text), size) <= TEXT_WIDTH), NAME_SIZES[-1])
    return _typeset(face, text, size)


def _is_shown(campaign: Campaign, count: int) -> bool:
    return campaign.show_count and count >= SMALLEST_COUNT


def _progress(campaign: Campaign, language: str, count: int | None) -> tuple[str, str, float | None]:
    """The number, the words after it, and how much of the goal is reached; all empty if the count is not shown, or small."""
    if count is None or not _is_shown(campaign, count):
        return "", "", None
    share = min(count / campaign.goal, 1.0) if campaign.goal else None
    number = languages.number(count, language)
    if campaign.goal:
        return number, languages.translate("of {goal} signatures", language, goal=campaign.goal), share
    return number, languages.lookup_plural("signature", "signatures", count, language), None


@lru_cache(maxsize=16)
def png(shown: Card) -> bytes:
    """The picture as PNG, cached by what it shows."""
    import resvg_py  # 2.5 MB that no other route needs to load

    return resvg_py.svg_to_bytes(
        svg_string=svg(shown), skip_system_fonts=True, font_files=[str(FONTS / name) for name in FILES]
    )


def svg(shown: Card) -> str:
    """The picture as SVG."""
    from chalicelib.pages.templating import render

    reading_direction = direction(shown.language)
    is_rtl = reading_direction == "rtl"
    size = shown.title[0].size if shown.title else 0
    return render(
        "card.svg",
        shown.language,
        shown=shown,
        is_rtl=is_rtl,
        width=WIDTH,
        height=HEIGHT,
        margin=MARGIN,
        text_width=TEXT_WIDTH,
        start=WIDTH - MARGIN if is_rtl else MARGIN,
        step=-1 if is_rtl else 1,
        lines=[
            (round(TITLE_TOP + size * (0.95 + LEADING[reading_direction] * n)), line)
            for n, line in enumerate(shown.title)
        ],
        after_number=round(shown.number.width + 18 if shown.number.words else 0),
        filled=max(round((shown.share or 0) * TEXT_WIDTH), BAR_HEIGHT) if shown.share else 0,
        bar=BAR_HEIGHT,
    )
