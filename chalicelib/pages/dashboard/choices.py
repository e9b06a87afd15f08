"""What organisers may choose from: the server's own lists, handed to the dashboard's scripts instead of copies."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from chalicelib.domain.abuse.mail_limits import MailLimits
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.domain.campaigns.campaign import (
    CAMPAIGN_ID,
    DERIVED_TEXTS,
    FIELD_TYPES,
    LANGUAGE,
    READ_ONLY_KEYS,
    CampaignKind,
    CampaignState,
    Confirmation,
    HandsOver,
    Text,
)
from chalicelib.domain.campaigns.captcha_services import SERVICES
from chalicelib.domain.counting.tallies import OTHER, STAGES
from chalicelib.domain.exports.export_rows import ExportFormat
from chalicelib.domain.exports.packets import GroupBy, Names
from chalicelib.domain.paper_sizes import Paper
from chalicelib.domain.signatures.flags import HOLDABLE_FLAGS, Flag
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED, PERSON_FIELDS
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n.languages import LANGUAGES as MAIL_LANGUAGES
from chalicelib.i18n.languages import lookup
from chalicelib.i18n.marker import _
from chalicelib.pages.dashboard.dashboard_words import WORDS
from chalicelib.pages.hosted.share_links import SHARE_SERVICES
from chalicelib.pages.hosted.shown_deliveries import HANDED, SUBJECT
from chalicelib.pages.widget.snippets import SNIPPET_SOURCES

# Two-letter codes of ISO 639-1, and languages without one that campaigns are written in; any other goes by its code.
# fmt: off
LANGUAGES = (
    "aa", "ab", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bm", "bn", "bo", "br",
    "bs", "ca", "ce", "ckb", "co", "cs", "cv", "cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et",
    "eu", "fa", "ff", "fi", "fil", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "haw", "he",
    "hi", "hr", "ht", "hu", "hy", "id", "ig", "is", "it", "iu", "ja", "jv", "ka", "ki", "kk", "kl", "km", "kn",
    "ko", "ks", "ku", "kw", "ky", "la", "lb", "lg", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml",
    "mn", "mr", "ms", "mt", "my", "nb", "nd", "ne", "nl", "nn", "nr", "nv", "ny", "oc", "om", "or", "os", "pa",
    "pl", "ps", "pt", "pt-BR", "qu", "quc", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk",
    "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tn",
    "to", "tr", "ts", "tt", "ug", "uk", "ur", "uz", "ve", "vi", "wo", "xh", "yi", "yo", "yue", "zh-Hans", "zh-Hant",
    "zu",
)
# fmt: on


# A campaign that was copied is called so in each of its languages.
COPY_TITLE = _("{title} (copy)")


def choices() -> dict[str, Any]:
    """`{list: [name, ...]}`, `{"captchas": {name: title}}`, `{"handed": {language: [subject, sentence]}}`, and the patterns of a `language` and a `campaign_id`; as JSON types."""
    return {
        "always_asked": ALWAYS_ASKED,
        "campaign_id": CAMPAIGN_ID.pattern,
        "captchas": {name: service.name for name, service in SERVICES.items()},
        "confirmations": list(Confirmation),
        "copy_titles": {code: lookup(COPY_TITLE, code) for code in MAIL_LANGUAGES},
        "countries": sorted(COUNTRIES),
        "field_types": FIELD_TYPES,
        "audit_kinds": list(KINDS),
        "audit_sentences": [name.removeprefix("act_") for name in WORDS if name.startswith("act_")],
        "mail_languages": list(MAIL_LANGUAGES),
        "export_formats": list(ExportFormat),
        "flags": list(Flag),
        "holdable_flags": HOLDABLE_FLAGS,
        "kinds": list(CampaignKind),
        "language": LANGUAGE.pattern,
        "languages": LANGUAGES,
        "limits": [one.name for one in fields(MailLimits) if one.name != "hold"],
        "own_sources": [*SNIPPET_SOURCES, *(source for _, source, _ in SHARE_SERVICES), OTHER],
        **_handing_over(),
        "person_fields": list(PERSON_FIELDS),
        "read_only_keys": sorted(READ_ONLY_KEYS),
        "roles": list(Role),
        "signature_states": list(SignatureState),
        "stages": STAGES,
        "states": list(CampaignState),
        "texts": [one.name for one in fields(Text) if one.name not in DERIVED_TEXTS],
    }


def _handing_over() -> dict[str, Any]:
    return {
        "handed": {code: [lookup(SUBJECT, code), lookup(HANDED, code)] for code in MAIL_LANGUAGES},
        "hands_over": list(HandsOver),
        "packet_groups": list(GroupBy),
        "packet_names": list(Names),
        "papers": list(Paper),
    }
