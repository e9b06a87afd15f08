"""Turns what an organiser typed from paper, or a row of a sheet, into a signature that counts as external."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, keyed_hash
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.signatures.signature import Signature, SignatureState
from chalicelib.domain.text.spellings import plain
from chalicelib.domain.timestamps import read_day
from chalicelib.services.signatures.form_parsing import parse_form
from chalicelib.services.signatures.signature_keys import key_to_sign_under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.sign_form import Submission
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.storage.signatures.signatures import Signatures

STANDARD_FIELDS = frozenset(
    {
        *("email", "given_name", "family_name", "public", "consents", "updates", "source", "language"),
        *("signed_on", "reference"),
    }
)
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}")
# `custom` holds answers; the reason is given for one row at a time, so it is no column of a sheet.
NOT_OF_THE_FORM = frozenset({"custom", "again_because"})
# No address can collide with it: an address contains an @ and no NUL.
PAPER = "\x00paper:"


@dataclass(frozen=True, slots=True)
class PaperForms:
    """Reads signatures given on paper."""

    signatures: Signatures
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def to_signature(self, campaign: Campaign, body: Mapping[str, Any]) -> Signature:
        """The signature that `body` describes. Raises InvalidFields."""
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
            updates_at=signed_at if submission.updates else None,
            source=submission.source,
            text_version=campaign.text_version,
            text_sha256=campaign.text(language).sha256,
            likeness=likeness(self.pepper(), campaign.id, submission.answers),
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


def likeness(pepper: bytes, campaign: str, answers: Mapping[str, str]) -> str:
    """The same for two people of one name and country, whatever the spelling: a keyed hash; empty without a name."""
    name = plain(display_name(answers))
    said = f"likeness\n{campaign}\n{name}\n{answers.get('country', '')}"
    return keyed_hash(pepper, said, length=ID_LENGTH) if name else ""


def _form_values(campaign: Campaign, body: Mapping[str, Any]) -> dict[str, Any]:
    custom = body.get("custom")
    if custom is not None and not isinstance(custom, dict):
        raise InvalidFields.one("custom", "not_an_object")
    if any(not isinstance(body.get(name, ""), str) for name in ("language", "source")):
        raise InvalidFields.one("language" if not isinstance(body.get("language", ""), str) else "source", "not_text")
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
