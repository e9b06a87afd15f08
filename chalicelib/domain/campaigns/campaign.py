"""A campaign after it has been checked; this module refuses nothing itself (see `campaign_documents`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.abuse.mail_limits import MailLimits
from chalicelib.domain.campaigns.captcha_services import Captcha
from chalicelib.domain.campaigns.deliveries import Delivery, read_deliveries
from chalicelib.domain.campaigns.email_words import EmailWords
from chalicelib.domain.campaigns.pictures import Picture, read_pictures
from chalicelib.domain.campaigns.statements import statement_texts
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.domain.signatures.signed_as_test import name_for_tests
from chalicelib.domain.timestamps import read_stored_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from chalicelib.domain.signatures.signature import Signature

# A click on a link that was emailed just before the end still counts.
CONFIRMATION_GRACE = timedelta(hours=24)
# Pending signatures and withdrawn stubs live 30 days; DynamoDB may take a few days more to delete them.
DORMANT_AFTER = timedelta(days=40)
# Where a signer came from, according to the link; never refused, only truncated.
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


# How a custom field is answered.
FieldType = Literal["text", "textarea", "select", "checkbox"]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
# What GET returns beside the document; a PUT may send it back.
READ_ONLY_KEYS = frozenset(
    {
        "id",
        "version",
        "created_at",
        "closed_at",
        "names_until",
        "text_version",
        "mail_resumed_at",
        "published_at",
        "warnings",
    }
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CAMPAIGN_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def is_campaign_id(text: str) -> bool:
    """True for 1 to 64 characters of `[a-z0-9-]` that neither begin nor end with a hyphen."""
    return CAMPAIGN_ID.fullmatch(text) is not None


class CampaignState(StrEnum):
    """What the organiser decided; `Campaign.is_open` also looks at the dates."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CampaignKind(StrEnum):
    """What kind of statement it is; this affects wording, never rules."""

    PETITION = "petition"
    LETTER = "letter"


class Confirmation(StrEnum):
    """Whether a signature counts after a click (double) or at once (single)."""

    DOUBLE = "double"
    SINGLE = "single"


class HandsOver(StrEnum):
    """Whose names are handed over: those shown in public, or those of all who were told so when they signed."""

    PUBLIC = "public"
    ALL = "all"


# What is made from the words that an organiser writes, and not written itself.
DERIVED_TEXTS = frozenset({"body_html", "sha256"})


@dataclass(frozen=True, slots=True)
class Text:
    """The campaign's words in one language; `body_html` is sanitised and safe to show as it is.

    `sha256` names what is signed: title, summary, body and targets (`statements`).
    """

    title: str
    summary: str = ""
    body: str = ""
    body_html: str = ""
    call_to_action: str = ""
    thanks: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Sponsor:
    """An organisation that hosts the campaign and may receive data of signers who consent."""

    id: str
    name: str
    url: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom the campaign addresses; `names` holds translations of the name by language."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """The name in `language`, or the default name."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: an OSDI name, or `custom.<name>` with a type and labels by language."""

    name: str
    required: bool = False
    type: FieldType = "text"
    label: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def is_custom(self) -> bool:
        """True for a field that an organiser added."""
        return self.name.startswith("custom.")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the campaign's emails come from."""

    name: str
    email: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A statement that collects signatures. `version` grows by one with every change."""

    id: str
    version: int
    kind: CampaignKind
    state: CampaignState
    default_language: str
    texts: Mapping[str, Text]
    targets: tuple[Target, ...]
    sponsors: tuple[Sponsor, ...]
    sender: Sender
    goal: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    confirmation: Confirmation = Confirmation.DOUBLE
    fields: tuple[Field, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    redirect_url: Mapping[str, str] = field(default_factory=dict)
    confirm_automatically: bool = True
    show_count: bool = True
    show_signers: bool = False
    show_comments: bool = False
    hands_over: HandsOver = HandsOver.PUBLIC
    ask_updates: bool = False
    show_breakdown: bool = False
    external_count: int = 0
    time_zone: str = "UTC"
    buckets: int = 16
    reminders: bool = True
    retention_days: int | None = None
    archived: bool = False
    mail_paused: bool = False
    accent: str = ""
    text_version: int = 1
    limits: MailLimits = field(default_factory=MailLimits)
    captcha: Captcha | None = None
    emails: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    picture: Picture | None = None
    logo: Picture | None = None
    delivered: tuple[Delivery, ...] = ()
    is_test: bool = False

    def notices(self, comment: int, handover: int) -> tuple[int, int]:
        """Which words of a form about the comment and the name count: those that the campaign has."""
        return comment if self.show_comments else 0, handover if self.hands_over is HandsOver.ALL else 0

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the statement, the default one first."""
        others = sorted(language for language in self.texts if language != self.default_language)
        return (self.default_language, *others)

    @property
    def is_double(self) -> bool:
        """True when a signature counts only after the click in the email."""
        return self.confirmation is Confirmation.DOUBLE

    def language_or_default(self, language: str) -> str:
        """`language` if the statement exists in it, else the default language."""
        return language if language in self.texts else self.default_language

    def text(self, language: str) -> Text:
        """The text in `language`, or in the default language if there is none."""
        return self.texts.get(language) or self.texts[self.default_language]

    def target_in(self, name: str, language: str) -> str:
        """How somebody is called in `language`: one whom the campaign addresses has names in its languages."""
        return next((target.name_in(language) for target in self.targets if target.name == name), name)

    def as_test(self) -> Campaign:
        """The same campaign to sign as a test: open, whatever it is, and its signatures apart from all others."""
        return replace(
            self,
            is_test=True,
            state=CampaignState.OPEN,
            opens_at=None,
            closes_at=None,
            closed_at=None,
            reminders=False,
            delivered=(),
        )

    def sends(self, kind: MailKind) -> bool:
        """True when signers may get an email of that kind."""
        if kind is MailKind.REMINDER:
            return self.is_double and self.reminders
        return self.is_double or kind is not MailKind.CONFIRMATION

    def email_words(self, kind: MailKind, language: str) -> EmailWords:
        """The organiser's words for an email in `language`, all empty if there are none."""
        return EmailWords(**self.emails.get(kind, {}).get(language, {}))

    def language_of_text(self, text_sha256: str) -> str | None:
        """The language in which the statement has just these words now, or None."""
        return next((language for language, text in self.texts.items() if text.sha256 == text_sha256), None)

    def sponsor_ids(self) -> frozenset[str]:
        """The ids of sponsors that a signer may consent to."""
        return frozenset(sponsor.id for sponsor in self.sponsors)

    def asks_for(self, name: str) -> bool:
        """True when its form has that field, besides the names and the address."""
        return any(field.name == name for field in self.fields)

    def asks_about_updates(self, signature: Signature) -> bool:
        """True if its signer is asked about news of the campaign: a yes can be taken back after the campaign stopped asking."""
        return self.ask_updates or signature.wants_updates

    def signature_key(self, signature: str) -> SignatureKey:
        """Where the signature with that id is, or would be."""
        if self.is_test:
            return SignatureKey(name_for_tests(self.id), 0, signature)
        return SignatureKey.locate(self.id, self.buckets, signature)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    def local_date(self, moment: datetime) -> date:
        """The date of `moment` in the campaign's time zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def day_of(self, moment: datetime) -> str:
        """The same as text, as tallies count days: `2026-11-23`."""
        return self.local_date(moment).isoformat()

    def beginning_of(self, moment_or_day: date) -> datetime:
        """A moment itself; of a date, its first moment in the campaign's time zone."""
        if isinstance(moment_or_day, datetime):
            return moment_or_day
        return datetime.combine(moment_or_day, time(), ZoneInfo(self.time_zone)).astimezone(UTC)

    def is_open(self, now: datetime) -> bool:
        """True while signatures are taken."""
        return takes_signatures(self.state, self.opens_at, self.closes_at, now)

    def is_before_opening(self, now: datetime) -> bool:
        """True before the opening date."""
        return not has_begun(self.opens_at, now)

    def is_dormant(self, now: datetime) -> bool:
        """True once nothing changes by itself any more: pending signatures and withdrawn stubs are gone."""
        return self.ended_at is not None and now > self.ended_at + DORMANT_AFTER

    @property
    def ended_at(self) -> datetime | None:
        """When it closed or will close, whichever comes first, by decision or by date; None while neither is known."""
        return min((moment for moment in (self.closes_at, self.closed_at) if moment is not None), default=None)

    @property
    def names_until(self) -> datetime | None:
        """When names are removed; None if they are kept, or the end is not known yet."""
        if self.retention_days is None or self.ended_at is None:
            return None
        return self.ended_at + timedelta(days=self.retention_days)

    def accepts_confirmations(self, now: datetime) -> bool:
        """True while a click in an email still confirms: until 24 hours after the campaign closed."""
        if self.state is CampaignState.DRAFT:
            return False
        return self.ended_at is None or now < self.ended_at + CONFIRMATION_GRACE


def from_document(campaign: str, version: int, document: Mapping[str, Any]) -> Campaign:
    """The campaign described by a stored document, which was checked when it was saved."""
    plain = ("goal", "show_count", "show_signers", "external_count", "time_zone", "buckets", "reminders")
    off_at_first = ("archived", "show_comments", "ask_updates", "show_breakdown", "mail_paused")
    return Campaign(
        id=campaign,
        version=version,
        kind=CampaignKind(document["kind"]),
        state=CampaignState(document["state"]),
        confirmation=Confirmation(document["confirmation"]),
        default_language=document["default_language"],
        texts=_texts(document),
        targets=tuple(Target(**target) for target in document["targets"]),
        sponsors=tuple(Sponsor(**sponsor) for sponsor in document["sponsors"]),
        sender=Sender(**document["sender"]),
        fields=tuple(Field(**{**asked, "options": tuple(asked["options"])}) for asked in document["fields"]),
        allowed_origins=tuple(document["allowed_origins"]),
        redirect_url=document["redirect_url"],
        confirm_automatically=document.get("confirm_automatically", True),
        opens_at=read_stored_moment(document["opens_at"]),
        closes_at=read_stored_moment(document["closes_at"]),
        closed_at=read_stored_moment(document.get("closed_at")),
        retention_days=document.get("retention_days"),
        accent=document.get("accent", ""),
        text_version=document.get("text_version", 1),
        limits=_limits(document.get("limits", {})),
        captcha=Captcha(**document["captcha"]) if document.get("captcha") else None,
        emails=document.get("emails", {}),
        **read_pictures(document) | {name: document[name] for name in plain} | {"delivered": read_deliveries(document)},
        hands_over=HandsOver(document.get("hands_over", HandsOver.PUBLIC)),
        **{name: document.get(name, False) for name in off_at_first},
    )


def has_begun(opens_at: datetime | None, now: datetime) -> bool:
    """True from the opening date on, and always if there is none."""
    return opens_at is None or now >= opens_at


def takes_signatures(state: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """True while a campaign in `state` with these dates is open; from `closes_at` on it is closed."""
    is_over = closes_at is not None and now >= closes_at
    return state == CampaignState.OPEN and has_begun(opens_at, now) and not is_over


def _limits(written: Mapping[str, Any]) -> MailLimits:
    return MailLimits(**{**written, "hold": tuple(written.get("hold", ()))})


def _texts(document: Mapping[str, Any]) -> dict[str, Text]:
    signed = statement_texts(document)
    return {language: Text(**text, sha256=signed[language]["sha256"]) for language, text in document["texts"].items()}
