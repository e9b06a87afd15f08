"""What the routes of signatures take and return."""

from enum import StrEnum
from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.flood_bodies import Flood, FloodBatch
from chalicelib.api.admin.descriptions.held_mail import HeldReason
from chalicelib.api.http.operations import Operation, Parameter, returns_json, takes_json
from chalicelib.api.http.schemas import (
    Address,
    Count,
    Country,
    Cursor,
    CursorOrNone,
    Day,
    Email,
    Language,
    NetworkName,
    PersonFields,
    RegionName,
    Sha256,
    SignatureId,
    Source,
    SourceLabel,
    SponsorId,
    Stamp,
)
from chalicelib.domain.addresses.email_addresses import MAX_EMAIL_LENGTH
from chalicelib.domain.errors import (
    AlreadySigned,
    AskedJustNow,
    CampaignNotOpen,
    ConfirmationsUsedUp,
    InvalidFields,
    NotFound,
    NotPending,
    SignerLeft,
    WithdrawalOver,
)
from chalicelib.domain.signatures.public_comments import CommentState
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.signatures.signature_filters import LANGUAGE
from chalicelib.services.paper.paper_forms import REFERENCE
from chalicelib.services.paper.paper_signatures import MAX_REASON


class StandingState(StrEnum):
    """The state of a signature that was not withdrawn."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    EXTERNAL = "external"


class Mail(TypedDict):
    """What became of a signature's emails."""

    asked_at: Stamp | None
    sent_at: Stamp | None
    reminded_at: Stamp | None
    thanked_at: Stamp | None
    stands_asked_at: Stamp | None
    stands_sent_at: Stamp | None
    held_at: Stamp | None
    cleared_at: Stamp | None
    sends: Count
    outcome: str | None
    delivery: str | None


# A campaign's custom fields are named `custom.<name>`.
@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class Signature(PersonFields):
    """One signature, without empty fields; for a sponsor's key also without `updates_at`, what was odd about it, and what organisers decided."""

    id: SignatureId
    state: StandingState
    signed_at: Stamp
    confirmed_at: Stamp | None
    withdrawn_at: Stamp | None
    day: Day | None
    email: Annotated[str, Field(max_length=MAX_EMAIL_LENGTH, description="Empty once names have been removed.")]
    region_name: NotRequired[RegionName]
    language: Language
    public: bool
    consents: list[SponsorId]
    updates_at: NotRequired[Stamp | None]
    network: NotRequired[NetworkName | None]
    form_shown_at: NotRequired[Stamp | None]
    flags: NotRequired[list[str]]
    held: NotRequired[str | None]
    shown: NotRequired[Annotated[bool, Field(description="False while an organiser keeps the name from the public.")]]
    hidden_at: NotRequired[Stamp]
    hidden_reason: NotRequired[str]
    comment_state: NotRequired[CommentState]
    source: str
    referrer: str
    utm: dict[str, str]
    text_version: int
    text_sha256: Sha256 | None
    mail: Mail


class WithdrawnSignature(TypedDict):
    """What is left, for 30 days, of a withdrawn signature."""

    id: SignatureId
    state: Literal["withdrawn"]
    signed_at: Stamp
    confirmed_at: Stamp | None
    withdrawn_at: Stamp | None


class SignaturePage(TypedDict):
    """Some signatures, newest first; the cursor is null when there are no more."""

    signatures: list[Signature | WithdrawnSignature]
    cursor: Cursor | None


class FoundSignatures(TypedDict):
    """The signature of an address, if there is one."""

    signatures: list[Signature | WithdrawnSignature]


# A campaign's custom fields are named `custom.<name>`.
@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class EnteredSignature(Signature):
    """A signature as it is after a paper one was entered; `differs` names the fields in which the paper says something else."""

    differs: list[str]
    is_new: bool


@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class PaperSignature(PersonFields, total=False):
    """A signature given on paper: a name, and what else of the campaign's fields the paper has."""

    email: Email
    custom: dict[str, str]
    public: bool
    consents: list[SponsorId]
    updates: bool
    language: Language
    source: Source
    signed_on: Day
    reference: Annotated[str, Field(pattern=f"^{REFERENCE.pattern}$")]
    again_because: Annotated[str, Field(max_length=MAX_REASON)]


PATH = {"id": SignatureId}
FILTERS = (
    Parameter(
        name="limit",
        type=Annotated[int, Field(ge=1, le=200)],
        description="Maximum number of signatures; 50 by default.",
    ),
    Parameter(
        name="cursor",
        type=CursorOrNone,
        description="From the previous response to the same filters; valid for a week.",
    ),
    Parameter(name="state", type=SignatureState, description="Only those in this state."),
    Parameter(name="from", type=Day, description="Only those of this day or later, in the campaign's time zone."),
    Parameter(name="to", type=Day, description="Only those of this day or earlier."),
    Parameter(name="country", type=Country, description="Only those from this country."),
    Parameter(
        name="language",
        type=Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$")],
        description="Only in this language.",
    ),
    Parameter(name="source", type=SourceLabel, description="Only from this source."),
    Parameter(name="held", type=HeldReason, description="Only those whose emails are held, for this reason or `any`."),
    Parameter(
        name="shown", type=bool, description="Only those whose name organisers let be shown, or only hidden ones."
    ),
    Parameter(
        name="comment", type=CommentState, description="Only those who count and whose comment is in this state."
    ),
    Parameter(name="network", type=NetworkName, description="Only those from this network, on its day (UTC)."),
)

TAG = "Signatures"
OPERATIONS = {
    "list_signatures": Operation(
        responses={200: returns_json("A page of signatures, newest first.", SignaturePage)},
        parameters=FILTERS,
        errors=(InvalidFields,),
    ),
    "find_signatures": Operation(
        responses={200: returns_json("The signature of the address, if there is one.", FoundSignatures)},
        body=takes_json(Address),
    ),
    "add_signature": Operation(
        responses={
            200: returns_json("It had been entered before.", EnteredSignature),
            201: returns_json("It was entered.", EnteredSignature),
        },
        body=takes_json(PaperSignature),
        errors=(AlreadySigned, SignerLeft, CampaignNotOpen),
    ),
    "withdraw_signatures": Operation(
        responses={200: returns_json("Up to 100 were withdrawn, or up to 500 counted.", FloodBatch)},
        body=takes_json(Flood),
        errors=(NotFound, WithdrawalOver),
    ),
    "get_signature": Operation(
        responses={200: returns_json("The signature.", Signature | WithdrawnSignature)}, path=PATH, errors=(NotFound,)
    ),
    "withdraw_signature": Operation(
        responses={200: returns_json("What is left of the signature.", WithdrawnSignature)},
        path=PATH,
        errors=(NotFound,),
    ),
    "resend_confirmation": Operation(
        responses={202: returns_json("The signature; the email will follow.", Signature)},
        path=PATH,
        errors=(NotFound, NotPending, CampaignNotOpen, ConfirmationsUsedUp, AskedJustNow),
    ),
}
