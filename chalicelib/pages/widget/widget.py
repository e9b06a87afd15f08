"""The script widget: the script itself, and the document it fetches to draw a campaign's form in one language."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.domain.campaigns.campaign import HandsOver
from chalicelib.domain.campaigns.pictures import PictureFile
from chalicelib.i18n import languages
from chalicelib.i18n.text_direction import direction
from chalicelib.pages.hosted import shown_deliveries
from chalicelib.pages.hosted.form_fields import HANDOVER_NOTE, form_fields
from chalicelib.pages.hosted.hosted_form import phase
from chalicelib.pages.hosted.share_links import sharing, sign_url
from chalicelib.pages.hosted.shown_pictures import pictures
from chalicelib.pages.widget.widget_words import BUTTONS, CAPTCHA_WORDS, EYEBROWS, FORM_WORDS, LOADER_WORDS, NOTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.pages.hosted.form_fields import FormField
    from chalicelib.pages.widget.documents import (
        Accent,
        FormDocument,
        WidgetCaptcha,
        WidgetDelivery,
        WidgetField,
        WidgetPicture,
    )

SOURCES = Path(__file__).parent / "embed"


@lru_cache(maxsize=4)
def script(base_url: str) -> str:
    """`embed.js` with its style, its API's address, and its texts for before a form has loaded, in every language."""
    words = {
        language: {name: languages.lookup(said, language) for name, said in LOADER_WORDS.items()}
        for language in languages.LANGUAGES
    }
    source = (SOURCES / "embed.js").read_text("utf-8")
    replacements = {"style": _minify((SOURCES / "embed.css").read_text("utf-8")), "home": base_url, "words": words}
    for name, value in replacements.items():
        source = source.replace(f'"/* {name} */"', json.dumps(value, ensure_ascii=False))
    return source


def _accent(campaign: Campaign) -> Accent | None:
    """The campaign's accent colour and the colour of text on it, in light and dark mode; None if it has none."""
    chosen = palette(campaign.accent)
    names: Accent = {
        "light": chosen.light.accent,
        "on_light": chosen.light.on,
        "dark": chosen.dark.accent,
        "on_dark": chosen.dark.on,
    }
    return names if campaign.accent else None


def _picture(campaign: Campaign, language: str, base_url: str) -> WidgetPicture | None:
    """The campaign's picture, in the size that is enough for a column; None if it has none."""
    shown = pictures(campaign, language, base_url)["picture"]
    if campaign.picture is None or shown is None:
        return None
    url = base_url + campaign.picture.path(PictureFile.SMALL)
    return {"url": url, "alt": shown.alt, "width": shown.width, "height": shown.height, "tall": shown.is_tall}


def _delivered(campaign: Campaign, language: str) -> WidgetDelivery | None:
    """When and to whom it was handed over last; None while it was not."""
    for one in shown_deliveries.shown(campaign, language, campaign.delivered[:1]):
        return {"sentence": one.sentence, "words": one.words, "url": one.url, "more": one.more}
    return None


def _minify(style: str) -> str:
    """A stylesheet without line breaks and comments."""
    return " ".join(re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).split())


def form_document(
    campaign: Campaign,
    language: str,
    *,
    base_url: str,
    count: int | None,
    now: datetime,
    hidden: Mapping[str, str] | None = None,
) -> FormDocument:
    """Everything that the widget shows: the statement, the fields in order, texts, and what follows signing."""

    def say(sentence: str) -> str:
        return languages.lookup(sentence, language)

    def day(moment: date | None) -> str | None:
        return languages.date(moment, language) if moment else None

    text, at = campaign.text(language), phase(campaign, now)
    share = sharing(base_url, campaign.id, language, text.title)
    targets = [target.name_in(language) for target in campaign.targets]
    page = languages.page_language(language)
    words = FORM_WORDS | (CAPTCHA_WORDS if campaign.captcha else {})
    notes = [NOTES["seen"], *([NOTES["sponsors"]] if campaign.sponsors else ())]
    return {
        "campaign": campaign.id,
        "accent": _accent(campaign),
        "language": language,
        "interface": page,
        "direction": direction(page),
        "text_direction": direction(language),
        "phase": at.name,
        "opens_on": day(at.opens_on),
        "last_day": day(at.last_day),
        "eyebrow": say(EYEBROWS[campaign.kind][bool(targets)]),
        "targets": targets,
        "title": text.title,
        "summary": text.summary,
        "picture": _picture(campaign, language, base_url),
        "delivered": _delivered(campaign, language),
        "thanks": text.thanks,
        "page": sign_url(base_url, campaign.id, language),
        "button": text.call_to_action or say(BUTTONS[campaign.kind]),
        "fields": [_field(field) for field in form_fields(campaign, language, form_values={}, errors=())],
        "show_name": campaign.show_signers,
        "updates": campaign.ask_updates,
        "consents": [
            {"id": sponsor.id, "name": sponsor.name, "privacy_url": sponsor.privacy_url}
            for sponsor in campaign.sponsors
        ],
        "handover": say(HANDOVER_NOTE) if campaign.hands_over is HandsOver.ALL else None,
        "notes": [say(note) for note in (*notes, *([NOTES["mail"]] if campaign.is_double else ()))],
        "sender": campaign.sender.name,
        "redirect_url": campaign.redirect_url.get(language),
        "share": {
            "url": share.url,
            "text": share.text,
            "places": [{"name": one.name, "url": one.url} for one in share.places],
        },
        # Other values that a submission must send back unchanged, by name.
        "captcha": captcha_document(campaign),
        "hidden": dict(hidden or {}),
        "words": {name: say(said) for name, said in words.items()},
        "count": count,
        "goal": campaign.goal,
    }


def captcha_document(campaign: Campaign) -> WidgetCaptcha | None:
    """What an organisation's own page needs to show the campaign's captcha; None if it has none."""
    captcha = campaign.captcha
    if captcha is None:
        return None
    service = captcha.service
    return {
        "provider": captcha.provider,
        "name": service.name,
        "site_key": captcha.site_key,
        "field": service.field,
        "class": service.css_class,
        "script": service.script,
    }


def _field(field: FormField) -> WidgetField:
    entry: WidgetField = {"name": field.name, "label": field.label, "kind": field.kind}
    if field.required:
        entry["required"] = True
    if field.options:
        entry["options"] = [list(option) for option in field.options]
    if field.autocomplete != "off":
        entry["autocomplete"] = field.autocomplete
    if field.is_short:
        entry["short"] = True
    if field.note:
        entry["note"] = field.note
    if field.suggestions:
        entry["suggestions"] = list(field.suggestions)
    return entry
