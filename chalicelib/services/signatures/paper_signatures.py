"""Signatures given on paper, entered by an organiser: counted separately, and once each however often they are entered."""

from __future__ import annotations

import contextlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.counting.contributions import stages_of
from chalicelib.domain.errors import AlreadySigned, CampaignNotOpen, InvalidFields, SignerLeft, Unavailable
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.signatures.signature import Signature, SignatureState
from chalicelib.domain.timestamps import read_day
from chalicelib.services.signatures.form_parsing import parse_form
from chalicelib.services.signatures.signature_keys import key_to_sign_under
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.sign_form import Submission
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.left_signers import LeftSigners
    from chalicelib.storage.signatures.signatures import Signatures

STANDARD_FIELDS = frozenset(
    {"email", "given_name", "family_name", "public", "consents", "source", "language", "signed_on", "reference"}
)
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}")
# `custom` holds answers; the reason is given for one row at a time, so it is no column of a sheet.
NOT_OF_THE_FORM = frozenset({"custom", "again_because"})
MAX_REASON, TRIES = 200, 3
# No address can collide with it: an address contains an @ and no NUL.
PAPER = "\x00paper:"


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A signature given on paper; `is_new` is False when it had been entered before.

    `differing` are the fields in which the paper says something else than what stays: what a signer typed, or an earlier entry.
    """

    signature: Signature
    is_new: bool
    differing: tuple[str, ...] = ()


@dataclass(slots=True)
class PaperSignatures:
    """Enters signatures given on paper."""

    campaign_reader: CampaignReader
    signatures: Signatures
    left_signers: LeftSigners
    audit: AuditLog
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def add(self, campaign_id: str, body: Mapping[str, Any], key: ApiKey) -> PaperEntry:
        """Adds one. An email address identifies it; without one, `reference` (sheet and line) does.

        Who had signed and withdrew, or was erased, stays out, unless `again_because` gives a reason, which the audit log keeps.

        Raises CampaignNotFound, CampaignNotOpen for a draft, InvalidFields, AlreadySigned when the address has confirmed,
        SignerLeft, Unavailable.
        """
        campaign = self.campaign_reader.get_stored(campaign_id).campaign
        if campaign.state is CampaignState.DRAFT:
            raise CampaignNotOpen(campaign=campaign.id)
        reason = _reason(body)
        signature = self._to_signature(campaign, body)
        # Written first: better one entry too many than one missing.
        facts = {"campaign": campaign.id} | ({"reason": reason} if reason else {})
        self.audit.add("paper signature entered", key.id, now=self.clock(), **facts)
        for _ in range(TRIES):
            with contextlib.suppress(ConditionFailed):  # it changed in this very moment
                return self._enter(signature, self.signatures.find(signature.key), may_return=bool(reason))
        raise Unavailable

    def _enter(self, signature: Signature, was: Signature | None, *, may_return: bool) -> PaperEntry:
        if was and was.is_confirmed:
            raise AlreadySigned
        if was and was.is_external:
            _require_same_name(signature, was)
            return PaperEntry(was, is_new=False, differing=_differing(signature, was))
        if was and was.is_pending and not was.is_honeypot_held and not was.is_expired(self.clock()):
            merged = _filled_in(was, signature).fingerprinted(self.pepper())
            self.signatures.add_external(merged, was=was, now=self.clock())
            return PaperEntry(merged, is_new=True, differing=_differing(signature, was))
        if not may_return and (self.left_signers.has(signature.key) if was is None else was.is_withdrawn):
            raise SignerLeft
        self.signatures.add_external(signature, was=was, now=self.clock())
        return PaperEntry(signature, is_new=True)

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


def _filled_in(typed: Signature, paper: Signature) -> Signature:
    """What a signer typed and had not confirmed, as a signature on paper: the paper fills in only what is empty."""
    return replace(
        typed,
        state=SignatureState.EXTERNAL,
        answers={**paper.answers, **{name: value for name, value in typed.answers.items() if value}},
        consents=typed.consents or paper.consents,
        source=typed.source or paper.source,
        kept_stages=stages_of(typed),
    )


def _differing(paper: Signature, kept: Signature) -> tuple[str, ...]:
    """The fields in which both say something, and not the same."""
    return tuple(name for name, value in paper.answers.items() if value and kept.answers.get(name, value) != value)


def _require_same_name(paper: Signature, entered: Signature) -> None:
    """Without an address the line of a sheet says who it is; two names on one line are two people. Raises InvalidFields."""
    earlier = display_name(entered.answers)
    if not paper.email and earlier and earlier.casefold() != display_name(paper.answers).casefold():
        raise InvalidFields.one("reference", "reference_taken", options=earlier)


def _reason(body: Mapping[str, Any]) -> str:
    """Why somebody who left is entered again. It names nobody: the audit log keeps it."""
    reason = body.get("again_because") or ""
    if not isinstance(reason, str) or len(reason) > MAX_REASON:
        raise InvalidFields.one("again_because", "too_long", limit=MAX_REASON)
    return reason.strip()


def _form_values(campaign: Campaign, body: Mapping[str, Any]) -> dict[str, Any]:
    custom = body.get("custom")
    nested = {f"custom.{name}": value for name, value in custom.items()} if isinstance(custom, dict) else {}
    form_values = {**{name: value for name, value in body.items() if name not in NOT_OF_THE_FORM}, **nested}
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
