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
    Text,
)
from chalicelib.domain.campaigns.captcha_services import SERVICES
from chalicelib.domain.counting.tallies import STAGES
from chalicelib.domain.exports.export_rows import ExportFormat
from chalicelib.domain.signatures.flags import HOLDABLE_FLAGS, Flag
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED, PERSON_FIELDS
from chalicelib.domain.signatures.signature import SignatureState


def choices() -> dict[str, Any]:
    """`{list: [name, ...]}`, `{"captchas": {name: title}}`, and the patterns of a `language` and a `campaign_id`; as JSON types."""
    return {
        "always_asked": ALWAYS_ASKED,
        "campaign_id": CAMPAIGN_ID.pattern,
        "captchas": {name: service.name for name, service in SERVICES.items()},
        "confirmations": list(Confirmation),
        "field_types": FIELD_TYPES,
        "audit_kinds": list(KINDS),
        "export_formats": list(ExportFormat),
        "flags": list(Flag),
        "holdable_flags": HOLDABLE_FLAGS,
        "kinds": list(CampaignKind),
        "language": LANGUAGE.pattern,
        "limits": [one.name for one in fields(MailLimits) if one.name != "hold"],
        "person_fields": list(PERSON_FIELDS),
        "read_only_keys": sorted(READ_ONLY_KEYS),
        "roles": list(Role),
        "signature_states": list(SignatureState),
        "stages": STAGES,
        "states": list(CampaignState),
        "texts": [one.name for one in fields(Text) if one.name not in DERIVED_TEXTS],
    }
