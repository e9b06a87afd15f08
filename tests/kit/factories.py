"""Plain factories: each test passes only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.campaigns import campaign_documents
from chalicelib.domain.campaigns.campaign import Campaign, from_document
from chalicelib.domain.signatures.mail_marks import Marks
from chalicelib.domain.signatures.signature import Signature, SignatureKey, SignatureState

BUCKETS = 4
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PENDING, CONFIRMED, WITHDRAWN = SignatureState.PENDING, SignatureState.CONFIRMED, SignatureState.WITHDRAWN


def a_document(**changes: Any) -> dict[str, Any]:
    """A bilingual petition with two sponsors, as an organiser would PUT it."""
    return {
        "kind": "petition",
        "state": "open",
        "default_language": "en",
        "texts": {
            "en": {
                "title": "No troops in Peru",
                "summary": "Stop it.",
                "body": "One **fact**.",
                "call_to_action": "Sign the petition",
                "thanks": "Thank you.",
            },
            "es": {
                "title": "Sin tropas en el Perú",
                "summary": "Alto.",
                "body": "Un **hecho**.",
                "call_to_action": "Firmar la petición",
                "thanks": "Gracias.",
            },
        },
        "targets": [{"name": "The Committee on Foreign Relations"}],
        "sponsors": [
            {
                "id": "wbw",
                "name": "World Beyond War",
                "url": "https://wbw.example",
                "privacy_url": "https://wbw.example/p",
            },
            {"id": "cidydh", "name": "Centro de Investigación", "url": "https://cidydh.example"},
        ],
        "goal": 5000,
        "fields": [
            {"name": "given_name", "required": True},
            {"name": "family_name"},
            {"name": "country", "required": True},
            {"name": "organization"},
            {"name": "comment"},
            {
                "name": "custom.chapter",
                "type": "select",
                "label": {"en": "Chapter", "es": "Capítulo"},
                "options": ["Lima", "Cusco"],
            },
        ],
        "sender": {"name": "Peru Solidarity", "email": "actions@example.org"},
        "time_zone": "America/Lima",
        "buckets": BUCKETS,
        **changes,
    }


def a_campaign(campaign: str = "peru", **changes: Any) -> Campaign:
    """The same document as a Campaign."""
    document = campaign_documents.to_json(campaign_documents.parse(a_document(**changes)))
    return from_document(campaign, 1, document)


def a_signature(**changes: Any) -> Signature:
    """A pending signature with an address."""
    key = SignatureKey.locate("peru", BUCKETS, changes.get("id", "a" * 32))
    facts: dict[str, Any] = {
        "campaign": key.campaign,
        "bucket": key.bucket,
        "id": key.id,
        "state": PENDING,
        "signed_at": NOW,
        "email": "ana@example.org",
        "language": "en",
        "marks": Marks(asked_at=NOW),
    }
    return Signature(**(facts | changes))


def a_form(**changes: Any) -> dict[str, Any]:
    """The form that a signer sends."""
    return {"email": "ana@example.org", "given_name": "Ana", "family_name": "Quispe", "country": "PE", **changes}
