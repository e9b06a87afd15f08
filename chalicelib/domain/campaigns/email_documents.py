"""The words of emails as organisers write them in a campaign document: plain, short, with placeholders that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator as After
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.campaigns.document_types import Language
from chalicelib.domain.campaigns.email_words import ADDRESS_OR_HTML, has_others, placeholders
from chalicelib.domain.documents import refusal, validate
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.domain.text import text_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUBJECT_LENGTH, PART_LENGTH = 150, 1000


def _plain(value: str, *, has_lines: bool = True) -> str:
    """Plain words without web addresses, in NFC."""
    text = text_rules.normalise(value, limit=PART_LENGTH)
    if code := text_rules.error_code(text, limit=len(text), has_lines=has_lines):
        raise refusal(code)
    if ADDRESS_OR_HTML.search(text):
        raise refusal("plain_words_only")
    return text


def _plain_line(value: str) -> str:
    return _plain(text_rules.single_line(value), has_lines=False)


Subject = Annotated[str, StringConstraints(max_length=SUBJECT_LENGTH), After(_plain_line)]
Part = Annotated[str, StringConstraints(max_length=PART_LENGTH), After(_plain)]


class EmailWordsDocument(BaseModel):
    """Subject, first and last words of one email in one language; what is empty is as the program has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject = ""
    opening: Part = ""
    closing: Part = ""


Emails = dict[MailKind, Annotated[dict[Language, EmailWordsDocument], Field(max_length=30)]]


def faults_of(emails: Mapping[MailKind, Mapping[str, EmailWordsDocument]], *, is_double: bool) -> Iterator[FieldError]:
    """Placeholders that an email does not have, each in its place (`emails.thanks.es.subject`)."""
    for kind, by_language in emails.items():
        for language, words in by_language.items():
            for fault in faults_of_words(kind, words, is_double=is_double):
                yield FieldError(f"emails.{kind}.{language}.{fault.field}", fault.code, options=fault.options)


def faults_of_words(kind: MailKind, words: EmailWordsDocument, *, is_double: bool) -> Iterator[FieldError]:
    """The same for one email in one language, by the name of the text."""
    allowed = placeholders(kind, is_double=is_double)
    options = ", ".join(f"{{{{{name}}}}}" for name in allowed)
    for name, text in words:
        if has_others(text, allowed):
            yield FieldError(name, "unknown_placeholder", options=options)


def parse_words(kind: MailKind, body: object, *, is_double: bool) -> dict[str, str]:
    """The checked words of one email as a stored campaign has them. Raises InvalidFields, each field by its name."""
    words = validate(EmailWordsDocument, body, whole="words")
    if faults := tuple(faults_of_words(kind, words, is_double=is_double)):
        raise InvalidFields(faults)
    return words.model_dump()
