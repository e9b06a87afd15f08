"""How high a form becomes, before any browser has drawn it: an upper estimate from its words, never a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.i18n import languages
from chalicelib.pages.hosted.form_fields import form_fields
from chalicelib.pages.widget.widget_words import NOTES, PROOF, WORDS

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

# Widths of the viewport in px: the narrowest that is served, and one from where the widget is as wide as it gets.
NARROW, WIDE = 320, 600
# What is left for words there: margins of a page, the edge and the padding of the widget.
TEXT_NARROW, TEXT_WIDE = 252, 524
# A character of a wide font takes so much of its size.
CHARACTER = 0.55
TEXT, SMALL, TITLE, HEADING = 16, 14, 23.2, 18.4
LINE, TITLE_LINE = 1.5, 1.2
# A captcha as its service draws it, in px: at full width where there is so much of it, else upright.
PROOF_WIDE, PROOF_FLAT, PROOF_UPRIGHT = 303, 78, 144


@dataclass(frozen=True, slots=True)
class Room:
    """Heights in px: `high` on the narrowest viewport, `low` on a wide one, and the line between them."""

    high: int
    low: int

    @property
    def slope(self) -> int:
        """By how many hundredths of its width a viewport makes the form lower."""
        return round(100 * (self.high - self.low) / (WIDE - NARROW))

    @property
    def at_none(self) -> int:
        """Where the line would begin, at no width at all."""
        return round(self.high + self.slope * NARROW / 100)

    def at(self, viewport: int) -> int:
        """What it is on a viewport of so many px."""
        return round(min(self.high, max(self.low, self.at_none - self.slope * viewport / 100)))


def room(campaign: Campaign, language: str) -> Room:
    """What to keep free for the form of `campaign` in `language`."""
    return Room(_height(campaign, language, TEXT_NARROW, 34), _height(campaign, language, TEXT_WIDE, 66))


def _height(campaign: Campaign, language: str, width: int, edges: int) -> int:
    return ceil(edges + _head(campaign, language, width) + _form(campaign, language, width))


def _head(campaign: Campaign, language: str, width: int) -> float:
    text = campaign.text(language)
    targets = " · ".join(target.name_in(language) for target in campaign.targets)
    eyebrow = _lines(f"{'x' * 12} {targets}", SMALL, width) + 7
    title = _lines(text.title, TITLE, width, TITLE_LINE)
    summary = 16 + _lines(text.summary, TEXT, width) if text.summary else 0
    progress = (16 + 32) * campaign.show_count + 16 * bool(campaign.goal and campaign.show_count)
    return eyebrow + title + summary + progress + 14 + SMALL * LINE


def _form(campaign: Campaign, language: str, width: int) -> float:
    fields = form_fields(campaign, language, form_values={}, errors=())
    optional = languages.lookup(WORDS["optional"], language)
    heading = 23 + HEADING * LINE + (SMALL * LINE if campaign.closes_at else 0)
    asked = sum(_field(field.kind, f"{field.label} {'' if field.required else optional}", width) for field in fields)
    public = _tick(f"{languages.lookup(WORDS['show_name'], language)} {optional}", "", width)
    notes = " ".join(languages.lookup(note, language) for note in NOTES.values())
    ending = 24 + 52 + 14 + _lines(notes, SMALL, width)
    consents, proof = _consents(campaign, language, width), _proof(campaign, language, width)
    return heading + asked + public * campaign.show_signers + consents + proof + ending


def _field(kind: str, label: str, width: int) -> float:
    if kind == "checkbox":
        return 18 + _lines(label, TEXT, width - 36) + 4
    return 18 + _lines(label, TEXT, width) + 4 + (118 if kind == "textarea" else 48)


def _tick(label: str, privacy: str, width: int) -> float:
    return 12 + 4 + _lines(label, TEXT, width - 36) + (_lines(privacy, SMALL, width - 36) + 8 if privacy else 0)


def _consents(campaign: Campaign, language: str, width: int) -> float:
    if not campaign.sponsors:
        return 0
    label, privacy = (languages.lookup(WORDS[name], language) for name in ("consent", "privacy"))
    boxes = (
        _tick(label.format(name=one.name), privacy.format(name=one.name) if one.privacy_url else "", width)
        for one in campaign.sponsors
    )
    legend = f"{languages.lookup(WORDS['consents'], language)} {languages.lookup(WORDS['optional'], language)}"
    return 37 + _lines(legend, TEXT, width) + 4 + sum(boxes)


def _proof(campaign: Campaign, language: str, width: int) -> float:
    if campaign.captcha is None:
        return 0
    said = languages.lookup(PROOF["captcha"], language).format(service=campaign.captcha.service.name)
    return 24 + (PROOF_FLAT if width >= PROOF_WIDE else PROOF_UPRIGHT) + 8 + _lines(said, SMALL, width)


def _lines(text: str, size: float, width: int, line: float = LINE) -> float:
    return max(1, ceil(len(text) * CHARACTER * size / width)) * size * line
