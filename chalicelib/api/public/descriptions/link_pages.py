"""What the pages behind the links in emails take and return."""

from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import (
    HTML,
    JSON,
    UNREADABLE_FORM,
    Operation,
    RequestBody,
    Response,
    returns_html,
)
from chalicelib.api.http.schemas import (
    CampaignId,
    Email,
    Language,
    PersonFields,
    RegionName,
    Sha256,
    SignatureId,
    SponsorId,
    Stamp,
)
from chalicelib.domain.errors import (
    AlreadyWithdrawn,
    CampaignNotOpen,
    InvalidFields,
    LinkExpired,
    NamesRemoved,
    UndersignedError,
    UnsupportedMediaType,
    VersionMismatch,
)
from chalicelib.domain.signatures.public_comments import CommentState
from chalicelib.domain.signatures.signature import SignatureState


class Statement(TypedDict):
    """The statement in one language as it was signed, with the names of the targets in it; `body` is Markdown.

    `sha256` is of the JSON `[title, summary, body, [target, ...]]` in UTF-8, without spaces between its parts.
    """

    title: str
    summary: str
    body: str
    targets: list[str]
    sha256: Sha256


class SignedStatement(Statement):
    """The words that were signed, their version and language."""

    text_version: int
    language: Language


# A campaign's custom fields are named `custom.<name>`.
@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class SignatureFile(PersonFields):
    """Everything that is held about a signature, as its signer downloads it, without what is missing."""

    campaign: CampaignId
    signature: SignatureId
    state: SignatureState
    signed_at: Stamp
    confirmed_at: NotRequired[Stamp]
    email: Email
    region_name: NotRequired[RegionName]
    language: Language
    statement: NotRequired[SignedStatement]
    public: bool
    consents: list[SponsorId]
    updates_at: NotRequired[Stamp]
    hidden_at: NotRequired[Stamp]
    hidden_reason: NotRequired[str]
    comment_notice: NotRequired[int]
    handover_notice: NotRequired[int]
    comment_state: NotRequired[CommentState]
    left_sponsors: NotRequired[dict[SponsorId, Stamp]]
    source: str
    network: str
    form_shown_at: str
    flags: list[str]
    referrer: str
    utm_source: NotRequired[str]
    utm_medium: NotRequired[str]
    utm_campaign: NotRequired[str]
    utm_term: NotRequired[str]
    utm_content: NotRequired[str]


OneClick = Annotated[
    Any, Field(description="It is not read. One-click unsubscription (RFC 8058) sends `List-Unsubscribe=One-Click`.")
]


@with_config(ConfigDict(extra="allow"))
class ConfirmForm(TypedDict, total=False):
    """What the button of the confirmation page sends."""

    text: Annotated[str, Field(description="The SHA-256 of the words on the page: those are confirmed, or none.")]


@with_config(ConfigDict(extra="allow"))
class OwnSignatureForm(TypedDict, total=False):
    """What signers do with their own signature; `save` is sent with the fields of the campaign's form."""

    do: Annotated[
        str,
        Field(description="save, show, hide, download, withdraw or withdraw-now; anything else shows the page again."),
    ]


def _form(type_: Any, *, required: bool, errors: tuple[type[UndersignedError], ...]) -> RequestBody:
    content = {JSON: type_, "application/x-www-form-urlencoded": type_, "multipart/form-data": type_}
    return RequestBody(content=content, required=required, errors=errors)


# The URL says everything: these bodies are not read.
BUTTON = _form(OneClick, required=False, errors=(UnsupportedMediaType,))
# Email programs do not agree on the type of this one: the route takes any, and clients are generated with these.
ONE_CLICK = _form(OneClick, required=False, errors=())
OPENED = (LinkExpired, NamesRemoved)

TAG = "Links in emails"
OPERATIONS = {
    "show_confirmation": Operation(
        responses={200: returns_html("The page with the button.")}, errors=(*OPENED, AlreadyWithdrawn)
    ),
    "confirm": Operation(
        responses={200: returns_html("The signature is confirmed; repeating it changes nothing.")},
        body=_form(ConfirmForm, required=False, errors=(UnsupportedMediaType,)),
        errors=(*OPENED, AlreadyWithdrawn, CampaignNotOpen),
    ),
    "show_withdrawal": Operation(
        responses={200: returns_html("The page with the button.")}, errors=(*OPENED, AlreadyWithdrawn)
    ),
    "withdraw": Operation(
        responses={200: returns_html("The signature is withdrawn; repeating it changes nothing.")},
        body=BUTTON,
        errors=(LinkExpired,),
    ),
    "show_unsubscription": Operation(responses={200: returns_html("The page with the button.")}, errors=(LinkExpired,)),
    "unsubscribe": Operation(
        responses={200: returns_html("No more emails will be sent to this address.")},
        body=ONE_CLICK,
        errors=(LinkExpired,),
    ),
    "show_own_signature": Operation(
        responses={200: returns_html("The signature.")}, errors=(*OPENED, AlreadyWithdrawn)
    ),
    "change_own_signature": Operation(
        responses={200: Response("The page again; with `download`, a file.", {HTML: str, JSON: SignatureFile})},
        body=_form(OwnSignatureForm, required=False, errors=(*UNREADABLE_FORM, InvalidFields)),
        errors=(*OPENED, AlreadyWithdrawn, VersionMismatch),
    ),
}
