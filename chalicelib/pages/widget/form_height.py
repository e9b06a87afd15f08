"""Estimates a form's height from its words, before any browser has drawn it; an upper bound, not a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.campaign import HandsOver
from chalicelib.i18n import languages
from chalicelib.pages.hosted import shown_deliveries
from chalicelib.pages.hosted.form_fields import HANDOVER_NOTE, form_fields
from chalicelib.pages.widget.widget_words import CAPTCHA_WORDS, FORM_WORDS, NOTES

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

# Viewport widths in px: the narrowest supported, and the one from which the widget grows no wider.
NARROW, WIDE = 320, 600
# The width left for text there, without page margins and the widget's border and padding.
TEXT_NARROW, TEXT_WIDE = 252, 524
# The width of a character in a wide font, relative to its size.
CHARACTER_WIDTH = 0.55
TEXT, SMALL, TITLE, HEADING = 16, 14, 23.2, 18.4
LINE, TITLE_LINE = 1.5, 1.2
# The sizes of a captcha in px: flat if there is enough width, else upright.
CAPTCHA_WIDE, CAPTCHA_FLAT, CAPTCHA_UPRIGHT = 303, 78, 144


@dataclass(frozen=True, slots=True)
class FormHeight:
    """Heights in px: `high` on the narrowest viewport, `low` on a wide one, and a straight line between them."""

    high: int
    low: int

    @property
    def slope(self) -> int:
        """How much lower the form is per viewport width, in hundredths."""
        return round(100 * (self.high - self.low) / (WIDE - NARROW))

    @property
    def at_zero_width(self) -> int:
        """The line's height at zero width."""
        return round(self.high + self.slope * NARROW / 100)

    def at(self, viewport: int) -> int:
        """The height on a viewport of that many px."""
        return round(min(self.high, max(self.low, self.at_zero_width - self.slope * viewport / 100)))


def form_height(campaign: Campaign, language: str) -> FormHeight:
    """The height to reserve for the form of `campaign` in `language`."""
    return FormHeight(_height(campaign, language, TEXT_NARROW, 34), _height(campaign, language, TEXT_WIDE, 66))


def _height(campaign: Campaign, language: str, width: int, edges: int) -> int:
    return ceil(edges + _head(campaign, language, width) + _form(campaign, language, width))


def _head(campaign: Campaign, language: str, width: int) -> float:
    text = campaign.text(language)
    targets = " · ".join(target.name_in(language) for target in campaign.targets)
    eyebrow = _lines(f"{'x' * 12} {targets}", SMALL, width) + 7
    title = _lines(text.title, TITLE, width, TITLE_LINE)
    summary = 16 + _lines(text.summary, TEXT, width) if text.summary else 0
    progress = (16 + 32) * campaign.show_count + 16 * bool(campaign.goal and campaign.show_count)
    return eyebrow + title + summary + progress + _delivered(campaign, language, width) + 14 + SMALL * LINE


def _delivered(campaign: Campaign, language: str, width: int) -> float:
    for one in shown_deliveries.shown(campaign, language, campaign.delivered[:1]):
        words = sum(_lines(line, TEXT, width) for line in one.words.splitlines()) + 4 if one.words else 0
        return 16 + _lines(one.sentence, TEXT, width) + words + (4 + _lines(one.more, SMALL, width) if one.url else 0)
    return 0


def _form(campaign: Campaign, language: str, width: int) -> float:
    fields = form_fields(campaign, language, form_values={}, errors=())
    optional = languages.lookup(FORM_WORDS["optional"], language)
    heading = 23 + HEADING * LINE + (SMALL * LINE if campaign.closes_at else 0)
    questions = sum(
        _field(field.kind, f"{field.label} {'' if field.required else optional}", width)
        + (_lines(field.note, SMALL, width) if field.note else 0)
        for field in fields
    )
    public = _checkbox(f"{languages.lookup(FORM_WORDS['show_name'], language)} {optional}", "", width)
    told = [HANDOVER_NOTE] if campaign.hands_over is HandsOver.ALL else []
    notes = " ".join(languages.lookup(note, language) for note in (*told, *NOTES.values()))
    ending = 24 + 52 + 14 + 14 * len(told) + _lines(notes, SMALL, width)
    consents, captcha = _consents(campaign, language, width), _captcha(campaign, language, width)
    return heading + questions + public * campaign.show_signers + consents + captcha + ending


def _field(kind: str, label: str, width: int) -> float:
    if kind == "checkbox":
        return 18 + _lines(label, TEXT, width - 36) + 4
    return 18 + _lines(label, TEXT, width) + 4 + (118 if kind == "textarea" else 48)


def _checkbox(label: str, privacy: str, width: int) -> float:
    return 12 + 4 + _lines(label, TEXT, width - 36) + (_lines(privacy, SMALL, width - 36) + 8 if privacy else 0)


def _consents(campaign: Campaign, language: str, width: int) -> float:
    if not campaign.sponsors and not campaign.ask_updates:
        return 0
    label, privacy = (languages.lookup(FORM_WORDS[name], language) for name in ("consent", "privacy"))
    boxes = (
        _checkbox(label.format(name=one.name), privacy.format(name=one.name) if one.privacy_url else "", width)
        for one in campaign.sponsors
    )
    legend = (
        f"{languages.lookup(FORM_WORDS['consents'], language)} {languages.lookup(FORM_WORDS['optional'], language)}"
    )
    updates = _checkbox(languages.lookup(FORM_WORDS["updates"], language), "", width) * campaign.ask_updates
    return 37 + _lines(legend, TEXT, width) + 4 + updates + sum(boxes)


def _captcha(campaign: Campaign, language: str, width: int) -> float:
    if campaign.captcha is None:
        return 0
    message = languages.lookup(CAPTCHA_WORDS["captcha"], language).format(service=campaign.captcha.service.name)
    return 24 + (CAPTCHA_FLAT if width >= CAPTCHA_WIDE else CAPTCHA_UPRIGHT) + 8 + _lines(message, SMALL, width)


def _lines(text: str, size: float, width: int, line: float = LINE) -> float:
    return max(1, ceil(len(text) * CHARACTER_WIDTH * size / width)) * size * line
