"""Signatures given on paper, entered by an organiser: counted separately, and once each however often they are entered."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.errors import AlreadySigned, CampaignNotOpen, InvalidFields
from chalicelib.domain.signatures.signature import Signature, SignatureState
from chalicelib.domain.timestamps import read_day
from chalicelib.services.signatures.form_parsing import parse_form
from chalicelib.services.signatures.signature_keys import key_to_sign_under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.sign_form import Submission
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.signatures import Signatures

STANDARD_FIELDS = frozenset(
    {"email", "given_name", "family_name", "public", "consents", "source", "language", "signed_on", "reference"}
)
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}")
# No address can collide with it: an address contains an @ and no NUL.
PAPER = "\x00paper:"


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A signature given on paper; `is_new` is False when it had been entered before."""

    signature: Signature
    is_new: bool


@dataclass(slots=True)
class PaperSignatures:
    """Enters signatures given on paper."""

    campaign_reader: CampaignReader
    signatures: Signatures
    audit: AuditLog
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def add(self, campaign_id: str, body: Mapping[str, Any], key: ApiKey) -> PaperEntry:
        """Adds one. An email address identifies it; without one, `reference` (sheet and line) does.

        Raises CampaignNotFound, CampaignNotOpen for a draft, InvalidFields, AlreadySigned when the address has confirmed.
        """
        campaign = self.campaign_reader.get_stored(campaign_id).campaign
        if campaign.state is CampaignState.DRAFT:
            raise CampaignNotOpen(campaign=campaign.id)
        signature = self._to_signature(campaign, body)
        # Written first: better one entry too many than one missing.
        self.audit.add("paper signature entered", key.id, now=self.clock(), campaign=campaign.id)
        existing = self.signatures.add_external(signature, now=self.clock())
        if existing is None:
            return PaperEntry(signature, is_new=True)
        if not existing.is_external:
            raise AlreadySigned
        return PaperEntry(existing, is_new=False)

    def _to_signature(self, campaign: Campaign, body: Mapping[str, Any]) -> Signature:
        form_values, reference, signed_at = (
            _form_values(campaign, body),
            _reference(body),
            self._signed_at(campaign, body),
        )
        submission = parse_form(campaign, form_values, is_paper=True)
        _require_name(submission)
        key = self._key(campaign, submission.email, reference)
        language = campaign.language_or_default(str(body.get("language") or ""))
        return Signature(
            campaign=key.campaign,
            bucket=key.bucket,
            id=key.id,
            state=SignatureState.EXTERNAL,
            signed_at=signed_at,
            email=submission.email,
            answers=submission.answers,
            language=language,
            public=submission.public,
            consents=submission.consents,
            source=submission.source,
            text_version=campaign.text_version,
            text_sha256=campaign.text(language).sha256,
        ).fingerprinted(self.pepper())

    def _key(self, campaign: Campaign, email: str, reference: str) -> SignatureKey:
        if email:
            return key_to_sign_under(self.signatures, self.pepper(), campaign, email, self.clock())
        line = f"{PAPER}{reference or secrets.token_hex(16)}"
        return campaign.signature_key(signature_id(self.pepper(), campaign.id, line))

    def _signed_at(self, campaign: Campaign, body: Mapping[str, Any]) -> datetime:
        """Returns noon of the day on the paper, in the campaign's time zone; now when that is later, or the day is unknown."""
        now, text = self.clock(), body.get("signed_on")
        if text is None:
            return now
        day = read_day(text) if isinstance(text, str) else None
        zone = ZoneInfo(campaign.time_zone)
        if day is None:
            raise InvalidFields.one("signed_on", "bad_day")
        if day > now.astimezone(zone).date():
            raise InvalidFields.one("signed_on", "in_the_future")
        return min(now, datetime.combine(day, time(12), zone).astimezone(now.tzinfo))


def _form_values(campaign: Campaign, body: Mapping[str, Any]) -> dict[str, Any]:
    custom = body.get("custom")
    nested = {f"custom.{name}": value for name, value in custom.items()} if isinstance(custom, dict) else {}
    form_values = {**{name: value for name, value in body.items() if name != "custom"}, **nested}
    if (
        form_values.keys() - STANDARD_FIELDS - {field.name for field in campaign.fields}
    ):  # the field is not named: its name may be what somebody typed
        raise InvalidFields.one("body", "unknown_field")
    return form_values


def _reference(body: Mapping[str, Any]) -> str:
    reference = body.get("reference") or ""
    if not isinstance(reference, str) or (reference and not REFERENCE.fullmatch(reference)):
        raise InvalidFields.one("reference", "bad_reference", limit=60)
    return reference


def _require_name(submission: Submission) -> None:
    if not any(submission.answers.get(name) for name in ("given_name", "family_name", "organization")):
        raise InvalidFields.one("given_name", "missing")
