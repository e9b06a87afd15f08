"""Campaign documents as organisers write them: checked by pydantic, with unknown fields refused and languages complete.

Only saving a campaign needs this module; a stored campaign is trusted and read without it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chalicelib.domain.abuse.mail_limits import MailLimits
from chalicelib.domain.addresses.mailboxes import fits
from chalicelib.domain.campaigns.campaign import (
    CampaignKind,
    CampaignState,
    Confirmation,
    FieldType,
    HandsOver,
)
from chalicelib.domain.campaigns.captcha_services import CaptchaProvider
from chalicelib.domain.campaigns.delivery_documents import Deliveries
from chalicelib.domain.campaigns.document_types import (
    Address,
    AddressOrNone,
    ColourOrNone,
    EmailLimit,
    Language,
    Name,
    Origins,
    OrNothing,
    SiteKey,
    Source,
    SourceName,
    SponsorId,
    TimeZone,
    Url,
    UrlOrNone,
)
from chalicelib.domain.campaigns.email_documents import Emails, faults_of
from chalicelib.domain.campaigns.picture_documents import PictureDocument
from chalicelib.domain.documents import (
    Flag,
    Moment,
    SingleLine,
    WholeNumber,
    refusal,
    validate,
)
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.signatures.flags import HoldableFlag
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTOM_FIELD = r"custom\.[a-z][a-z0-9_]{0,29}"
FIELD_NAME = f"^({'|'.join(PERSON_FIELDS)}|{CUSTOM_FIELD})$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextDocument(_Strict):
    """The statement in one language; `body` is Markdown."""

    title: Name
    summary: Annotated[str, StringConstraints(max_length=1000), OrNothing] = ""
    body: Annotated[str, StringConstraints(max_length=50_000), OrNothing] = ""
    call_to_action: SingleLine = ""
    thanks: Annotated[str, StringConstraints(max_length=2000), OrNothing] = ""


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

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not fits(self.name, self.email):
            raise refusal("sender_name_too_long", field="name")
        return self


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
        if not re.fullmatch(FIELD_NAME, self.name):
            raise refusal("bad_field_name", field="name")
        if self.name in PERSON_FIELDS and (self.options or self.type != "text"):
            raise refusal("not_for_known_fields", field="options" if self.options else "type")
        if self.type == "select" and not self.options:
            raise refusal("select_without_options", field="options")
        if self.options and self.type != "select":
            raise refusal("only_for_select", field="options")
        if len(set(self.options)) < len(self.options):
            raise refusal("twice", field="options")
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
    site_key: SiteKey


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
    allowed_origins: Origins = ()
    redirect_url: dict[Language, Url] = {}
    show_count: Flag = True
    show_signers: Flag = False
    show_comments: Flag = False
    hands_over: HandsOver = HandsOver.PUBLIC
    ask_updates: Flag = False
    show_breakdown: Flag = False
    listed: Flag = False
    confirm_automatically: Flag = True
    external_count: Annotated[int, Field(ge=0, le=1_000_000_000), *WholeNumber] = 0
    time_zone: TimeZone = "UTC"
    buckets: Annotated[int, Field(ge=1, le=64), *WholeNumber] = 16
    reminders: Flag = True
    retention_days: Annotated[int, Field(ge=1, le=36_500), *WholeNumber] | None = None
    archived: Flag = False
    mail_paused: Flag = False
    accent: ColourOrNone = ""
    limits: LimitsDocument = LimitsDocument()
    captcha: CaptchaDocument | None = None
    emails: Emails = {}
    picture: PictureDocument | None = None
    logo: PictureDocument | None = None
    delivered: Deliveries = ()
    source_names: Annotated[dict[Source, SourceName], Field(max_length=100)] = {}

    def faults(self) -> Iterator[FieldError]:
        """What is wrong between the keys, each in its place."""
        yield from self._faults_of_texts()
        yield from self._faults_of_lists()
        yield from faults_of(self.emails, is_double=self.confirmation is Confirmation.DOUBLE)
        for name, shown in (("picture", self.picture), ("logo", self.logo)):
            yield from shown.faults(name, self.texts) if shown else ()
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            yield FieldError("closes_at", "closes_before_it_opens")
        if self.show_comments and not self.show_signers:
            yield FieldError("show_comments", "comments_without_names")
        if self.archived and self.state is not CampaignState.CLOSED:
            yield FieldError("archived", "archived_while_open")

    def _faults_of_texts(self) -> Iterator[FieldError]:
        main = self.texts.get(self.default_language)
        if main is None:
            yield FieldError("default_language", "default_language_missing")
            return
        wanted = [name for name, value in main if value]
        for language, text in self.texts.items():
            for name in wanted:
                if not getattr(text, name):
                    yield FieldError(f"texts.{language}.{name}", "without_translation")

    def _faults_of_lists(self) -> Iterator[FieldError]:
        lists = {
            "sponsors.{}.id": [sponsor.id for sponsor in self.sponsors],
            "fields.{}.name": [field.name for field in self.fields],
        }
        for path, names in lists.items():
            for place, name in enumerate(names):
                if name in names[:place]:
                    yield FieldError(path.format(place), "twice")
        for place, field in enumerate(self.fields):
            is_labelled = field.name in PERSON_FIELDS or self.default_language in field.label
            if not is_labelled and self.default_language in self.texts:
                yield FieldError(f"fields.{place}.label.{self.default_language}", "without_label")


def parse(body: object) -> CampaignDocument:
    """The checked document. Raises InvalidFields, each field by its path (`texts.es.title`)."""
    document = validate(CampaignDocument, body, whole="campaign")
    if faults := tuple(document.faults()):
        raise InvalidFields(faults)
    return document


def to_json(document: CampaignDocument) -> dict[str, Any]:
    """The document as JSON types, defaults filled in."""
    return document.model_dump(mode="json")
