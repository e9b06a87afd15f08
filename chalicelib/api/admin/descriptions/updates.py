"""What the routes of updates to signers take and return."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import JSON, NO_CONTENT, Operation, RequestBody, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Count, Country, Language, Stamp
from chalicelib.domain.errors import (
    InvalidFields,
    KeyWithoutMember,
    NobodyToWriteTo,
    NotADraft,
    NotFound,
    RecipientsChanged,
    TooManyDrafts,
    TooManyTests,
    UpdateNotSending,
    UpdateOver,
    VersionMismatch,
)
from chalicelib.domain.updates.update import PauseReason, UpdateState, WaitReason
from chalicelib.domain.updates.update_documents import AudienceDocument, PreviewDocument, SendDocument, UpdateDocument

UpdateId = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]


class UpdateText(TypedDict):
    """The words in one language; the body is Markdown. In a draft, what is not written yet is empty."""

    subject: str
    body: str


class Audience(TypedDict):
    """Whom it is for among those who asked for news; an empty list means everybody."""

    languages: list[Language]
    countries: list[Country]


class UpdateLine(TypedDict):
    """An update and its figures. Of a draft, `recipients` is how many it would reach now."""

    id: UpdateId
    campaign: CampaignId
    state: UpdateState
    reason: PauseReason | None
    waits_for: WaitReason | None
    subjects: dict[Language, str]
    audience: Audience
    recipients: Count
    sent: Count
    failed: Count
    skipped: Count
    delivered: Count
    bounced: Count
    complained: Count
    unsubscribed: Count
    created_at: Stamp
    changed_at: Stamp
    started_at: Stamp | None
    finished_at: Stamp | None


class Update(UpdateLine):
    """The same with its words."""

    texts: dict[Language, UpdateText]


class Updates(TypedDict):
    """The newest hundred updates of a campaign."""

    updates: list[UpdateLine]


class ShownUpdate(TypedDict):
    """An update as it will arrive, in one language."""

    campaign: CampaignId
    language: Language
    subject: str
    preview: Annotated[str, Field(description="What mail programs show beside the subject.")]
    text: str
    html: Annotated[str, Field(description="A whole document without scripts. Show it in a sandboxed frame.")]


class AudienceSize(TypedDict):
    """How many signers an audience has now."""

    recipients: Count


class SentTestUpdate(TypedDict):
    """Where the tests go, one in each language."""

    to: str
    languages: list[Language]


class UpdateChanges(TypedDict, total=False):
    """A JSON merge patch (RFC 7396) of a draft."""

    texts: dict[str, object]
    audience: dict[str, object]


TAG = "Updates to signers"
ID = {"id": UpdateId}
CONTROL = (NotFound, UpdateNotSending, UpdateOver)
OPERATIONS = {
    "list_updates": Operation(responses={200: returns_json("The updates, newest first.", Updates)}),
    "create_update": Operation(
        responses={201: returns_json("The draft.", Update, "Location")},
        body=takes_json(UpdateDocument),
        errors=(TooManyDrafts,),
    ),
    "preview_update": Operation(
        responses={200: returns_json("The email with these words.", ShownUpdate)}, body=takes_json(PreviewDocument)
    ),
    "count_audience": Operation(
        responses={200: returns_json("The number.", AudienceSize)}, body=takes_json(AudienceDocument)
    ),
    "send_test_update": Operation(
        responses={202: returns_json("The emails are on their way.", SentTestUpdate)},
        path=ID,
        errors=(NotFound, KeyWithoutMember, TooManyTests, InvalidFields),
    ),
    "get_update": Operation(responses={200: returns_json("The update.", Update)}, path=ID, errors=(NotFound,)),
    "change_update": Operation(
        responses={200: returns_json("The draft as it is now.", Update)},
        path=ID,
        body=RequestBody(content={JSON: UpdateChanges, "application/merge-patch+json": UpdateChanges}),
        errors=(NotFound, NotADraft, VersionMismatch),
    ),
    "delete_update": Operation(responses={204: NO_CONTENT}, path=ID, errors=(NotFound, NotADraft, VersionMismatch)),
    "send_update": Operation(
        responses={202: returns_json("It has begun.", UpdateLine)},
        path=ID,
        body=takes_json(SendDocument),
        errors=(NotFound, NotADraft, RecipientsChanged, NobodyToWriteTo, VersionMismatch, InvalidFields),
    ),
    "pause_update": Operation(responses={200: returns_json("It is paused.", UpdateLine)}, path=ID, errors=CONTROL),
    "resume_update": Operation(responses={202: returns_json("It goes on.", UpdateLine)}, path=ID, errors=CONTROL),
    "stop_update": Operation(responses={200: returns_json("It is stopped.", UpdateLine)}, path=ID, errors=CONTROL),
}
