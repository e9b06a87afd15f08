"""Titles of the columns of an export, by the column's key; only organisers see them."""

from __future__ import annotations

from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.i18n.languages import lookup, translate
from chalicelib.i18n.marker import _

COLUMN_WORDS = {
    "name": _("Name"),
    "id": _("Number of the signature"),
    "state": _("State"),
    "signed_at": _("Signed on"),
    "confirmed_at": _("Confirmed on"),
    "withdrawn_at": _("Withdrawn on"),
    "changed_at": _("Last changed on"),
    "day": _("Day that it counts for"),
    "comment": _("Comment"),
    "custom": _("Answers to earlier questions"),
    "language": _("Language"),
    "public": _("Name may be shown"),
    "updates": _("Wants news of the campaign"),
    "updates_at": _("Asked for news on"),
    "comment_state": _("Publishing the comment"),
    "hidden_at": _("Name hidden by an organizer on"),
    "consents": _("Agreed to hear from"),
    "source": _("Source"),
    "referrer": _("Came from the page"),
    "utm_source": _("Campaign link: source"),
    "utm_medium": _("Campaign link: medium"),
    "utm_campaign": _("Campaign link: campaign"),
    "utm_term": _("Campaign link: term"),
    "utm_content": _("Campaign link: content"),
    "text_version": _("Version of the text"),
    "text_sha256": _("Checksum of the text"),
    "text_title": _("Title of the text"),
    "expires_at": _("Deleted at the latest on"),
    "region_name": _("Name of the region"),
}


def column_title(key: str, language: str) -> str:
    """The title of the column `key`; empty for one that has no words, such as an own field."""
    if key in COLUMN_WORDS:
        return lookup(COLUMN_WORDS[key], language, "admin")
    return translate(FIELD_WORDS[key].label, language) if key in FIELD_WORDS else ""
