"""What decisions about signatures, and suggestions of names, take and return."""

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.signatures import PATH, Signature, StandingState
from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Country, Cursor, CursorOrNone, Language, SignatureId, Stamp
from chalicelib.domain.errors import AlreadyWithdrawn, CommentChanged, CommentPrivate, NamesRemoved, NotFound
from chalicelib.domain.signatures.moderation import MAX_NAMES, MAX_REASON
from chalicelib.domain.signatures.odd_names import Oddity
from chalicelib.domain.signatures.public_comments import CommentState
from chalicelib.domain.text.text_rules import MAX_COMMENT_LENGTH


@with_config(ConfigDict(extra="forbid"))
class NameDecision(TypedDict):
    """Whether the name may be shown; hiding it needs a reason, which the person may read."""

    shown: bool
    reason: NotRequired[Annotated[str | None, Field(max_length=MAX_REASON)]]


@with_config(ConfigDict(extra="forbid"))
class NamesRequest(NameDecision):
    """The same about several names."""

    ids: Annotated[list[str], Field(min_length=1, max_length=MAX_NAMES)]


class DecidedName(TypedDict):
    """What of a signature a decision about its name changes."""

    id: SignatureId
    shown: bool
    hidden_at: NotRequired[Stamp]
    hidden_reason: NotRequired[str]
    comment_state: NotRequired[CommentState]


class RefusedName(TypedDict):
    """A signature that it could not be decided about, and the code of why."""

    id: str
    code: str


class DecidedNames(TypedDict):
    """Those that are now as was decided, and the others."""

    signatures: list[DecidedName]
    refused: list[RefusedName]


@with_config(ConfigDict(extra="forbid"))
class ReviewedComment(TypedDict):
    """Whether the comment may be public; null takes a decision back. To be shown, it is sent as it was read."""

    comment_shown: bool | None
    comment: NotRequired[Annotated[str | None, Field(max_length=MAX_COMMENT_LENGTH)]]


@with_config(ConfigDict(extra="forbid"))
class SuggestionRequest(TypedDict):
    """Where to continue: from the previous response."""

    cursor: NotRequired[CursorOrNone | None]


class OddName(TypedDict):
    """A signature whose name is odd: what is odd about it, and how many times it occurs among those examined."""

    id: SignatureId
    state: StandingState
    signed_at: Stamp
    given_name: NotRequired[str]
    family_name: NotRequired[str]
    organization: NotRequired[str]
    country: NotRequired[Country]
    language: Language
    public: bool
    shown: Literal[True]
    oddities: list[Oddity]
    times: Annotated[int, Field(ge=1)]


class OddNames(TypedDict):
    """Odd names among the `examined`; with a `cursor`, there are more to examine."""

    signatures: list[OddName]
    examined: int
    cursor: Cursor | None


TAG = "Signatures"
OPERATIONS = {
    "moderate_signature": Operation(
        responses={200: returns_json("The signature as it is now.", Signature)},
        body=takes_json(NameDecision | ReviewedComment),
        path=PATH,
        errors=(NotFound, AlreadyWithdrawn, NamesRemoved, CommentChanged, CommentPrivate),
    ),
    "moderate_names": Operation(
        responses={200: returns_json("What became of each.", DecidedNames)}, body=takes_json(NamesRequest)
    ),
    "suggest_names": Operation(
        responses={200: returns_json("Odd names among up to 1,000 signatures.", OddNames)},
        body=takes_json(SuggestionRequest),
    ),
}
