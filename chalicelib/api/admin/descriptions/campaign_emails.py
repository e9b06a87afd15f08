"""What the routes of a campaign's emails take and return."""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, Parameter, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Email, Language, Stamp, Url
from chalicelib.domain.campaigns.email_documents import PART_LENGTH, SUBJECT_LENGTH
from chalicelib.domain.campaigns.email_words import Placeholder
from chalicelib.domain.errors import InvalidFields, KeyWithoutMember, NotFound, TooManyTests
from chalicelib.domain.signatures.mail_marks import MailKind


class Words(TypedDict):
    """What an organiser can write of an email; empty in `words` is as in `usual`."""

    subject: str
    opening: str
    closing: str


class CampaignEmail(TypedDict):
    """One email: the campaign's own words by language, what it says otherwise, and the placeholders that it knows."""

    kind: MailKind
    words: dict[Language, Words]
    usual: dict[Language, Words]
    placeholders: list[Placeholder]


class EmailList(TypedDict):
    """The emails that the campaign sends."""

    campaign: CampaignId
    emails: list[CampaignEmail]


class SenderOfEmail(TypedDict):
    """Who it comes from."""

    name: str
    email: Email
    reply_to: str


ShownEmail = TypedDict(
    "ShownEmail",
    {
        "campaign": CampaignId,
        "kind": MailKind,
        "language": Language,
        "from": SenderOfEmail,
        "to": Email,
        "subject": str,
        "preview": Annotated[str, Field(description="What mail programs show beside the subject.")],
        "text": str,
        "html": Annotated[str, Field(description="A whole document without scripts. Show it in a sandboxed frame.")],
    },
)


@with_config(ConfigDict(extra="forbid"))
class WordsToShow(TypedDict, total=False):
    """Words that are not saved. `language` is by default the campaign's own."""

    language: Language | None
    subject: Annotated[str, Field(max_length=SUBJECT_LENGTH)]
    opening: Annotated[str, Field(max_length=PART_LENGTH)]
    closing: Annotated[str, Field(max_length=PART_LENGTH)]


class SentTest(TypedDict):
    """Whom the test goes to, and the language that it is in."""

    to: Email
    language: Language


class TestSignature(TypedDict):
    """Where to sign as a test, and until when."""

    url: Url
    expires_at: Stamp


KIND = {"kind": MailKind}
TAG = "Emails of a campaign"
OPERATIONS = {
    "list_emails": Operation(responses={200: returns_json("The emails.", EmailList)}),
    "show_email": Operation(
        responses={200: returns_json("The email, to an example person.", ShownEmail)},
        parameters=(
            Parameter(name="language", type=Language, description="One of the campaign's; by default its own."),
        ),
        path=KIND,
        errors=(NotFound, InvalidFields),
    ),
    "preview_email": Operation(
        responses={200: returns_json("The email with these words.", ShownEmail)},
        path=KIND,
        body=takes_json(WordsToShow),
        errors=(NotFound,),
    ),
    "send_test_email": Operation(
        responses={202: returns_json("The email is on its way.", SentTest)},
        parameters=(
            Parameter(name="language", type=Language, description="One of the campaign's; by default its own."),
        ),
        path=KIND,
        errors=(NotFound, InvalidFields, KeyWithoutMember, TooManyTests),
    ),
    "begin_test_signature": Operation(
        responses={201: returns_json("The link to the form.", TestSignature)},
        parameters=(
            Parameter(name="language", type=Language, description="One of the campaign's; by default its own."),
        ),
    ),
}
