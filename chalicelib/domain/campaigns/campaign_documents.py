"""Campaign documents as organisers write them: checked by pydantic, with unknown fields refused and languages complete.

Only saving a campaign needs this module; a stored campaign is trusted and read without it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator as After
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

from chalicelib.domain.abuse.mail_limits import MailLimits
from chalicelib.domain.addresses.email_addresses import valid_email
from chalicelib.domain.campaigns.campaign import (
    LANGUAGE,
    CampaignKind,
    CampaignState,
    Confirmation,
    FieldType,
)
from chalicelib.domain.campaigns.captcha_services import CaptchaProvider
from chalicelib.domain.documents import Flag, Moment, WholeNumber, validate
from chalicelib.domain.signatures.flags import HoldableFlag
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

CUSTOM_FIELD = r"custom\.[a-z][a-z0-9_]{0,29}"
FIELD_NAME = f"^({'|'.join(PERSON_FIELDS)}|{CUSTOM_FIELD})$"


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        msg = "an origin is scheme://host[:port], without a path"
        raise ValueError(msg)
    return value.lower()


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        msg = "no such time zone in the IANA database"
        raise ValueError(msg) from error
    return value


def _url(value: str) -> str:
    HttpUrl(value)
    return value


def _address(value: str) -> str:
    if valid_email(value) is None:
        msg = "not an e-mail address"
        raise ValueError(msg)
    return value


def _unless_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: check(value) if value else value


Language = Annotated[str, StringConstraints(pattern=f"^{LANGUAGE.pattern}$")]
SingleLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[SingleLine, StringConstraints(min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(max_length=500), After(_url), Field(json_schema_extra={"format": "uri"})]
Address = Annotated[str, After(_address), Field(json_schema_extra={"format": "email"})]
Origin = Annotated[str, After(_origin), Field(json_schema_extra={"pattern": r"^https?://[^/?#\s]+$"})]
# One type, not a union with the empty string: pydantic would put both branches into the path of an error.
UrlOrNone = Annotated[str, StringConstraints(max_length=500), After(_unless_empty(_url))]
AddressOrNone = Annotated[str, After(_unless_empty(_address))]
EmailLimit = Annotated[int, Field(ge=1, le=100_000_000), *WholeNumber]
ColourOrNone = Annotated[str, StringConstraints(to_lower=True, pattern=r"^(#[0-9a-fA-F]{6})?$")]
SponsorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextDocument(_Strict):
    """The statement in one language; `body` is Markdown."""

    title: Name
    summary: Annotated[str, StringConstraints(max_length=1000)] = ""
    body: Annotated[str, StringConstraints(max_length=50_000)] = ""
    call_to_action: SingleLine = ""
    thanks: Annotated[str, StringConstraints(max_length=2000)] = ""


class TargetDocument(_Strict):
    """Whom the campaign addresses; `names` holds translations of the name by language."""

    name: Name
    names: dict[Language, Name] = {}


class SponsorDocument(_Strict):
    """An organisation behind the campaign; a signer's consent refers to its id."""

    id: SponsorId
    name: Name
    url: UrlOrNone = ""
    privacy_url: UrlOrNone = ""


class SenderDocument(_Strict):
    """Who emails come from; SES must have verified the domain."""

    name: Name
    email: Address
    reply_to: AddressOrNone = ""


class FieldDocument(_Strict):
    """One field of the form: an OSDI name, or `custom.<name>` with a label at least in the default language."""

    # Checked below, where the mistake gets a sentence of its own.
    name: Annotated[str, Field(json_schema_extra={"pattern": FIELD_NAME})]
    required: Flag = False
    type: FieldType = "text"
    label: dict[Language, Name] = {}
    options: Annotated[tuple[Name, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if not _matches(FIELD_NAME, self.name):
            msg = f"a field is one of {', '.join(PERSON_FIELDS)} or custom.<name> of [a-z0-9_]"
            raise ValueError(msg)
        if self.name in PERSON_FIELDS and (self.options or self.type != "text"):
            msg = "type and options are for custom fields"
            raise ValueError(msg)
        if (self.type == "select") != bool(self.options):
            msg = "a select needs options, and nothing else has them"
            raise ValueError(msg)
        return self


class LimitsDocument(_Strict):
    """How many emails forms may cause per hour or per day (UTC) before they are held for review.

    From one network, to one email domain, for this campaign. `hold` names flags that hold an email by themselves.
    """

    network_hourly: EmailLimit = MailLimits().network_hourly
    network_daily: EmailLimit = MailLimits().network_daily
    domain_hourly: EmailLimit = MailLimits().domain_hourly
    domain_daily: EmailLimit = MailLimits().domain_daily
    campaign_hourly: EmailLimit = MailLimits().campaign_hourly
    hold: tuple[HoldableFlag, ...] = ()


class CaptchaDocument(_Strict):
    """A captcha. Its secret is set from the command line, never here."""

    provider: CaptchaProvider
    site_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


class CampaignDocument(_Strict):
    """The body of `PUT /admin/campaigns/{campaign}`."""

    kind: CampaignKind
    state: CampaignState = CampaignState.DRAFT
    default_language: Language
    texts: Annotated[dict[Language, TextDocument], Field(min_length=1, max_length=30)]
    targets: Annotated[tuple[TargetDocument, ...], Field(max_length=100)] = ()
    sponsors: Annotated[tuple[SponsorDocument, ...], Field(max_length=40)] = ()
    sender: SenderDocument
    goal: Annotated[int, Field(ge=1, le=1_000_000_000), *WholeNumber] | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    confirmation: Confirmation = Confirmation.DOUBLE
    fields: Annotated[tuple[FieldDocument, ...], Field(max_length=40)] = ()
    allowed_origins: Annotated[tuple[Origin, ...], Field(max_length=100)] = ()
    redirect_url: dict[Language, Url] = {}
    show_count: Flag = True
    show_signers: Flag = False
    external_count: Annotated[int, Field(ge=0, le=1_000_000_000), *WholeNumber] = 0
    time_zone: Annotated[str, After(_zone)] = "UTC"
    buckets: Annotated[int, Field(ge=1, le=64), *WholeNumber] = 16
    reminders: Flag = True
    retention_days: Annotated[int, Field(ge=1, le=36_500), *WholeNumber] | None = None
    archived: Flag = False
    mail_paused: Flag = False
    accent: ColourOrNone = ""
    limits: LimitsDocument = LimitsDocument()
    captcha: CaptchaDocument | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for fault in (*self._missing_texts(), *self._duplicates(), *self._missing_labels()):
            raise ValueError(fault)
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            msg = "closes_at must come after opens_at"
            raise ValueError(msg)
        if self.archived and self.state is not CampaignState.CLOSED:
            msg = "only a closed campaign can be archived"
            raise ValueError(msg)
        return self

    def _missing_texts(self) -> list[str]:
        main = self.texts.get(self.default_language)
        if main is None:
            return [f"texts lacks the default language, {self.default_language}"]
        wanted = [name for name, value in main if value]
        texts = self.texts.items()
        return [f"texts.{lang} lacks {name}" for lang, text in texts for name in wanted if not getattr(text, name)]

    def _missing_labels(self) -> list[str]:
        custom = [f for f in self.fields if f.name.startswith("custom.")]
        language = self.default_language
        return [f"{f.name} lacks a label in {language}" for f in custom if language not in f.label]

    def _duplicates(self) -> list[str]:
        ids = [sponsor.id for sponsor in self.sponsors]
        names = [f.name for f in self.fields]
        return [f"{one} stands twice" for one in sorted({x for xs in (ids, names) for x in xs if xs.count(x) > 1})]


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def parse(body: object) -> CampaignDocument:
    """The checked document. Raises InvalidFields, each field by its path (`texts.es.title`)."""
    return validate(CampaignDocument, body, whole="campaign")


def to_json(document: CampaignDocument) -> dict[str, Any]:
    """The document as JSON types, defaults filled in."""
    return document.model_dump(mode="json")
