"""A signature, its states, and which email is owed for it; it knows nothing of how it is stored or emailed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import bucket_of
from chalicelib.domain.signatures.fingerprints import fingerprint_of
from chalicelib.domain.signatures.flags import Flag, HoldReason
from chalicelib.domain.signatures.mail_marks import UNMARKED, MailKind, Marks
from chalicelib.domain.signatures.moderation import Moderation
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

PENDING_DAYS = 30
STUB_DAYS = 30
RESEND_AFTER = timedelta(minutes=10)
REPEAT_ALREADY_SIGNED_AFTER = timedelta(days=1)
REMIND_AFTER = timedelta(days=2)
MAX_CONFIRMATIONS = 3


class SignatureState(StrEnum):
    """The state of a signature; an expired one is deleted."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXTERNAL = "external"  # on paper, entered by an organiser; it counts, but separately


@dataclass(frozen=True, slots=True)
class SignatureKey:
    """Identifies a signature: its campaign, the bucket that its id falls into, and the id."""

    campaign: str
    bucket: int
    id: str

    @classmethod
    def locate(cls, campaign: str, buckets: int, signature: str) -> SignatureKey:
        """The key of the signature with that id, in a campaign spread over `buckets`."""
        return cls(campaign, bucket_of(signature, buckets), signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's signature on one campaign. A withdrawn one has only its key, state and times, and who withdrew it.

    `bucket` is the campaign's bucket that holds it. `answers` holds what was typed, by OSDI name (`given_name`, `country`, `custom.chapter`, ...), and
    `fingerprint` is a hash of all that was typed. `day` is the day of confirmation (ISO) in the campaign's time zone. `source_is_new` while no counter may
    have that label yet, or that of its region: that is decided when it is confirmed. `region_label` is what its region is counted under, a code or `other`. `network` is that day's pseudonym of the network it came from, `flags` what was odd about its
    form, `form_shown_at` the stamp of when that was shown, if it said so. `changed_at` is when anything but the mail marks last changed. `expires_at` is in
    seconds since 1970. `anonymised_at` is set once the campaign's retention period is over: then only the kind of `signer` and how far it came (`kept_stages`)
    are left. `request` is the id of the HTTP request that last caused an email, for the logs only. `left_sponsors` are those that had its consent while it
    counted and lost it, each with the stamp of when; `left_states` the same of states in which it counted. `round` is how often the address withdrew from this
    campaign lately: a link of an earlier round opens nothing. `withdrawal` is the id of the bulk withdrawal that could still be undone; `restored_at` is when
    one was. `sheet` is the id of the sheet that one on paper was entered from, `likeness` the hash of its name and country. `updates_at` is when its signer
    said yes to news of the campaign. `comment_notice` numbers the words by which its signer was told that the comment
    may be public, `handover_notice` those about handing over the name, 0 for none; `moderation` is what organisers decided.
    """

    campaign: str
    bucket: int
    id: str
    state: SignatureState
    signed_at: datetime
    email: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    public: bool = False
    consents: tuple[str, ...] = ()
    updates_at: datetime | None = None
    left_sponsors: Mapping[str, str] = field(default_factory=dict)
    left_states: Mapping[str, str] = field(default_factory=dict)
    round: int = 0
    source: str = ""
    source_is_new: bool = False
    region_label: str = ""
    referrer: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)
    text_version: int = 0
    text_sha256: str = ""
    fingerprint: str = ""
    network: str = ""
    flags: tuple[str, ...] = ()
    form_shown_at: str = ""
    confirmed_at: datetime | None = None
    day: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawal: str = ""
    restored_at: datetime | None = None
    sheet: str = ""
    likeness: str = ""
    changed_at: datetime | None = None
    expires_at: int = 0
    anonymised_at: datetime | None = None
    signer: str = ""
    kept_stages: tuple[str, ...] = ()
    request: str = ""
    comment_notice: int = 0
    handover_notice: int = 0
    moderation: Moderation = field(default_factory=Moderation)
    marks: Marks = UNMARKED

    def fingerprinted(self, pepper: bytes) -> Signature:
        """The same signature, with the fingerprint of what was typed."""
        flags = {"public": self.public, "updates": self.wants_updates}
        notices = (self.comment_notice, self.handover_notice)
        typed = fingerprint_of(pepper, self.email, self.answers, self.consents, notices=notices, **flags)
        return replace(self, fingerprint=typed)

    @property
    def wants_updates(self) -> bool:
        """True while its signer's yes to news of the campaign stands."""
        return self.updates_at is not None

    @property
    def key(self) -> SignatureKey:
        """Its key."""
        return SignatureKey(self.campaign, self.bucket, self.id)

    @property
    def is_confirmed(self) -> bool:
        """True when it counts."""
        return self.state is SignatureState.CONFIRMED

    @property
    def is_pending(self) -> bool:
        """True while it waits for the click."""
        return self.state is SignatureState.PENDING

    @property
    def is_external(self) -> bool:
        """True when it was given on paper."""
        return self.state is SignatureState.EXTERNAL

    @property
    def counts(self) -> bool:
        """True when it is one of the number that the campaign shows."""
        return self.is_confirmed or self.is_external

    @property
    def is_withdrawn(self) -> bool:
        """True when only key, state and times are left."""
        return self.state is SignatureState.WITHDRAWN

    @property
    def has_left(self) -> bool:
        """True when the person withdrew, was withdrawn or erased; not when the sheet that named them was a mistake."""
        return self.is_withdrawn and self.withdrawn_by != Withdrawer.UNDO

    @property
    def is_honeypot_held(self) -> bool:
        """True while it is held because the honeypot was filled in: then it is in no count but that of held ones."""
        return self.marks.held == HoldReason.HONEYPOT

    @property
    def all_flags(self) -> tuple[str, ...]:
        """What was odd about its form, and about its address."""
        return (*self.flags, *((str(Flag.DISPOSABLE),) if self.marks.disposable else ()))

    @property
    def signer_kind(self) -> str:
        """`organization` if only an organisation's name was given, else `person`."""
        if self.signer:
            return self.signer
        named = self.answers.get("given_name") or self.answers.get("family_name")
        return "organization" if self.answers.get("organization") and not named else "person"

    def left_by(self, now: datetime, *, staying: Collection[str] = ()) -> dict[str, str]:
        """Who will have lost its consent, and when, once only the sponsors in `staying` keep it: as `left_sponsors`."""
        lost = set(self.consents).difference(staying) if self.counts else ()
        return _recent(self.left_sponsors, now) | dict.fromkeys(sorted(lost), stamp(now))

    def states_left_by(self, now: datetime) -> dict[str, str]:
        """In which states it will have counted, and until when, once it is withdrawn: as `left_states`."""
        return _recent(self.left_states, now) | ({str(self.state): stamp(now)} if self.counts else {})

    def is_expired(self, now: datetime) -> bool:
        """True past its expiry; DynamoDB deletes it up to a few days later (AWS, "Time to Live")."""
        return 0 < self.expires_at <= now.timestamp()

    def owed_mail(self) -> MailKind | None:
        """The email to send next, if any; None while it is held. It depends on the marks alone, never on the clock."""
        if self.marks.held:
            return None
        if self.is_pending:
            return self._owed_while_pending()
        if self.is_withdrawn or self.anonymised_at:
            return None
        if self.is_confirmed and self.marks.thanked_at is None:
            return MailKind.THANKS
        return (
            MailKind.ALREADY_SIGNED if self._is_later(self.marks.stands_asked_at, self.marks.stands_sent_at) else None
        )

    def _owed_while_pending(self) -> MailKind | None:
        marks = self.marks
        if marks.sent_at is None:
            return MailKind.CONFIRMATION
        if marks.sends >= MAX_CONFIRMATIONS or marks.asked_at is None:
            return None
        if marks.asked_at < marks.sent_at + RESEND_AFTER:
            return None
        return MailKind.REMINDER if marks.reminded_at == marks.asked_at else MailKind.CONFIRMATION

    @staticmethod
    def _is_later(asked: datetime | None, done: datetime | None) -> bool:
        return asked is not None and (done is None or asked > done)

    def mail_cause(self) -> tuple[object, ...]:
        """What `owed_mail` depends on: if a change leaves this equal, no new email is owed."""
        marks = self.marks
        while_pending = (marks.asked_at, marks.sent_at, marks.held)
        return (self.state, *while_pending, marks.thanked_at, marks.stands_asked_at, marks.stands_sent_at)

    def owed_since(self) -> datetime:
        """Since when the current email has been owed."""
        marks = self.marks
        if self.is_pending:
            return marks.asked_at or self.signed_at
        if marks.thanked_at is None:
            return self.confirmed_at or self.signed_at
        return marks.stands_asked_at or self.signed_at

    def is_to_be_reminded(self, now: datetime) -> bool:
        """True once, two days after the last email, for a pending signature whose signer has had at least one."""
        marks = self.marks
        if not self.is_pending or marks.reminded_at or not marks.sent_at or marks.held or self.is_expired(now):
            return False
        return marks.sends < MAX_CONFIRMATIONS and now >= marks.sent_at + REMIND_AFTER

    def may_request_already_signed_email(self, now: datetime) -> bool:
        """True when an email may say that the address had already signed; at most once a day."""
        asked = self.marks.stands_asked_at
        return asked is None or now >= asked + REPEAT_ALREADY_SIGNED_AFTER


def _recent(left: Mapping[str, str], now: datetime) -> dict[str, str]:
    earliest = stamp(now - timedelta(days=STUB_DAYS))
    return {name: moment for name, moment in left.items() if moment >= earliest}
