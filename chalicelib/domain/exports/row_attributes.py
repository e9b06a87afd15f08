"""Which attributes of stored signatures exports need, and which columns are not simply one of them."""

from __future__ import annotations

from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS

TIMESTAMPS = ("signed_at", "confirmed_at", "withdrawn_at", "changed_at")

# The attributes of a stored signature that exports need.
STORED_ATTRIBUTES = (
    "sk",
    "state",
    *TIMESTAMPS,
    "day",
    "email",
    *PERSON_FIELDS,
    "custom",
    "language",
    "public",
    "consents",
    "left_sponsors",
    "left_states",
    "round",
    "source",
    "referrer",
    "utm",
    "text_version",
    "text_sha256",
    "expires_at",
    "updates_at",
    "hidden_at",
    "comment_notice",
    "handover_notice",
    "comment_shown",
)
INTERNAL_ATTRIBUTES = frozenset(
    {
        "sk",
        "public",
        "utm",
        "expires_at",
        "left_sponsors",
        "left_states",
        "round",
        "comment_notice",
        "comment_shown",
        "handover_notice",
    }
)
NESTED_COLUMNS = frozenset(
    {"custom", "public", "updates", "text_title", "expires_at", "comment_state", "region_name", *UTM}
)
# The signer said yes to the campaign, not to its sponsors: their files leave these empty.
UPDATES_COLUMNS = ("updates", "updates_at")
# Whom an organiser hides is no sponsor's business either.
HIDDEN_COLUMN = "hidden_at"
COMMENT_COLUMN = "comment_state"
# The region's name, beside the code that is stored of it.
REGION_COLUMN = "region_name"
NOT_FOR_SPONSORS = ("updates_at", HIDDEN_COLUMN)
TEXT_COLUMNS = ("text_version", "text_sha256", "text_title")
