"""Checks what an organiser sends about an update: its words, which only sending wants in every language, and its audience."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator as After
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.campaigns.document_types import Language, OrNothing
from chalicelib.domain.campaigns.email_words import Placeholder, has_others
from chalicelib.domain.documents import SingleLine, Visible, WholeNumber, refusal, validate
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.text import text_rules
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.domain.updates.update import Audience, UpdateText

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign

MAX_SUBJECT, MAX_BODY = 150, 10_000
PLACEHOLDERS = (Placeholder.GIVEN_NAME,)
PLACEHOLDER_IN_LINK = re.compile(r"(?:://|\bmailto:|\]\()[^\s)]*\{\{")


def _without_links_of_names(value: str) -> str:
    """A name in a link's address would break it, and tell a site who follows it."""
    if PLACEHOLDER_IN_LINK.search(value):
        raise refusal("placeholder_in_link")
    return value


def _without_controls(value: str) -> str:
    if code := text_rules.error_code(value, limit=MAX_BODY, has_lines=True):
        raise refusal(code, limit=MAX_BODY)
    return value


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise refusal("not_a_country")
    return value


DraftSubject = Annotated[SingleLine, StringConstraints(max_length=MAX_SUBJECT)]
DraftBody = Annotated[
    str,
    StringConstraints(max_length=MAX_BODY),
    OrNothing,
    After(_without_controls),
    After(_without_links_of_names),
]
Subject = Annotated[DraftSubject, StringConstraints(min_length=1), Visible]
Body = Annotated[DraftBody, StringConstraints(min_length=1), Visible]
Country = Annotated[str, After(_country)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UpdateTextDocument(_Strict):
    """The words in one language: the subject, and the body in Markdown. `{{given_name}}` stands for the signer's first name."""

    subject: Subject
    body: Body


class DraftTextDocument(_Strict):
    """The words in one language as far as they are written; what is left out is empty."""

    subject: DraftSubject = ""
    body: DraftBody = ""


class AudienceDocument(_Strict):
    """Whom it is for among those who asked for news; an empty list means everybody."""

    languages: Annotated[tuple[Language, ...], Field(max_length=30)] = ()
    countries: Annotated[tuple[Country, ...], Field(max_length=250)] = ()

    @property
    def readers(self) -> Audience:
        """Each entry once and in order."""
        return Audience(tuple(sorted(set(self.languages))), tuple(sorted(set(self.countries))))


class UpdateDocument(_Strict):
    """The body of `POST /admin/campaigns/{campaign}/updates`: words in languages of the campaign, as far as they are written."""

    texts: Annotated[dict[Language, DraftTextDocument], Field(max_length=30)] = {}
    audience: AudienceDocument = AudienceDocument()

    @property
    def words(self) -> dict[str, UpdateText]:
        """The words by language."""
        return {language: UpdateText(text.subject, text.body) for language, text in self.texts.items()}

    @property
    def readers(self) -> Audience:
        """The audience."""
        return self.audience.readers


class SendDocument(_Strict):
    """The body of `…/send`: how many signers the organiser expects it to reach."""

    recipients: Annotated[int, Field(ge=0, le=1_000_000_000), *WholeNumber]


def parse(body: object, campaign: Campaign) -> UpdateDocument:
    """The checked document. Raises InvalidFields, each field by its path (`texts.es.subject`)."""
    document = validate(UpdateDocument, body, whole="update")
    if faults := (
        *_foreign_faults(document.texts, campaign),
        *_placeholder_faults(document),
        *_audience_faults(document.audience, campaign, "audience."),
    ):
        raise InvalidFields(faults)
    return document


def require_whole(words: Mapping[str, UpdateText], campaign: Campaign, audience: Audience) -> None:
    """Raises InvalidFields for what is missing before an update can be sent: a language of whom it is for, a subject, a body.

    So does a language that the campaign has no more.
    """
    if faults := (*_gaps(words, campaign, audience.languages), *_foreign_faults(words, campaign)):
        raise InvalidFields(faults)


def require_any_whole(words: Mapping[str, UpdateText], campaign: Campaign) -> None:
    """Raises InvalidFields, as `require_whole`, unless the update is whole in a language of the campaign."""
    if not any(language in words and words[language].is_whole for language in campaign.texts):
        raise InvalidFields(tuple(_gaps(words, campaign)))


def _gaps(words: Mapping[str, UpdateText], campaign: Campaign, only: Collection[str] = ()) -> Iterator[FieldError]:
    for language in campaign.languages:
        if only and language not in only:
            continue
        text = words.get(language)
        if text is None or not (text.subject or text.body):
            yield FieldError(f"texts.{language}", "update_without_language")
        elif not text.is_whole:
            yield FieldError(f"texts.{language}.{'body' if text.subject else 'subject'}", "missing")


def _foreign_faults(texts: Mapping[str, Any], campaign: Campaign) -> Iterator[FieldError]:
    for language in texts:
        if language not in campaign.texts:
            yield FieldError(f"texts.{language}", "language_without_text")


def _placeholder_faults(document: UpdateDocument) -> Iterator[FieldError]:
    options = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
    for language, text in document.texts.items():
        for name, value in text:
            if has_others(value, PLACEHOLDERS):
                yield FieldError(f"texts.{language}.{name}", "unknown_placeholder", options=options)


def parse_audience(body: object, campaign: Campaign) -> Audience:
    """The checked audience. Raises InvalidFields, each field by its path (`languages.0`)."""
    document = validate(AudienceDocument, body, whole="audience")
    if faults := tuple(_audience_faults(document, campaign)):
        raise InvalidFields(faults)
    return document.readers


def _audience_faults(audience: AudienceDocument, campaign: Campaign, before: str = "") -> Iterator[FieldError]:
    for place, language in enumerate(audience.languages):
        if language not in campaign.texts:
            options = ", ".join(campaign.languages)
            yield FieldError(f"{before}languages.{place}", "not_an_option", options=options)


class PreviewDocument(UpdateTextDocument):
    """The body of `…/updates/preview`: words in one `language`, by default the campaign's own."""

    language: Language | None = None


def parse_text(body: object) -> UpdateText:
    """The checked words in one language. Raises InvalidFields, each field by its name."""
    document = validate(UpdateTextDocument, body, whole="update")
    options = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
    faults = [
        FieldError(name, "unknown_placeholder", options=options)
        for name, value in document
        if has_others(value, PLACEHOLDERS)
    ]
    if faults:
        raise InvalidFields(tuple(faults))
    return UpdateText(document.subject, document.body)


def parse_send(body: object) -> int:
    """How many recipients the organiser expects. Raises InvalidFields."""
    return validate(SendDocument, body, whole="update").recipients
