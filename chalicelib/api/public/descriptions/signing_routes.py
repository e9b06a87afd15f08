"""What forms and their pages send and receive: a campaign, its count, and signing."""

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import (
    JSON,
    NOT_MODIFIED,
    UNREADABLE_FORM,
    Operation,
    Parameter,
    RequestBody,
    Response,
    returns_html,
    returns_json,
)
from chalicelib.api.http.schemas import (
    CampaignId,
    Count,
    Email,
    Language,
    PersonFields,
    PublicBreakdowns,
    SponsorId,
    Stamp,
    Url,
)
from chalicelib.api.public.descriptions.public_campaigns import PublicCampaign
from chalicelib.domain.counting.tallies import PUBLIC_GROUPS
from chalicelib.domain.errors import CampaignNotOpen, InvalidFields, NotFound, OriginNotAllowed, SigningTestOver
from chalicelib.pages.widget.documents import FormDocument


class PublicCount(TypedDict):
    """How many people have signed; null when the campaign hides it."""

    campaign: CampaignId
    count: Count | None
    goal: int | None
    as_of: Stamp
    by: NotRequired[PublicBreakdowns]


class Signer(TypedDict):
    """A signer who agreed to be shown."""

    name: str


class Signers(TypedDict):
    """Up to 50 names, newest first."""

    campaign: CampaignId
    signers: list[Signer]


class PublishedComment(TypedDict):
    """A comment that an organiser approved, with the name of its signer, and the language of the form it was typed in."""

    name: str
    comment: str
    language: Language


class Comments(TypedDict):
    """Up to 50 comments, the one approved last first."""

    campaign: CampaignId
    comments: list[PublishedComment]


SignedState = Literal["pending", "confirmed"]


class Mailbox(TypedDict):
    """The signer's webmail service, judging by the domain of the address."""

    name: str
    url: Url


class Correction(TypedDict):
    """A common domain that the one of the address looks like. Sent with the corrected form, `proof` takes the first one back."""

    domain: str
    proof: str


class Receipt(TypedDict):
    """The response to signing: the same whether or not the address had signed before."""

    campaign: CampaignId
    state: SignedState
    message: str
    count: Count | None
    goal: int | None
    mailbox: Mailbox | None
    correction: Correction | None


Hint = Annotated[str, Field(description="Where the signer came from; shortened and cleaned, never refused.")]


@with_config(ConfigDict(extra="allow"))
class _Typed(PersonFields):
    """What every form may contain. The campaign's custom fields are `custom.<name>`; other fields are ignored."""

    email: Email
    lang: NotRequired[str]
    consents: NotRequired[list[SponsorId]]
    updates: NotRequired[bool]
    comment_notice: NotRequired[
        Annotated[str, Field(description="`1` if the form says at the comment that it may be published.")]
    ]
    handover_notice: NotRequired[Annotated[str, Field(description="`1` if the form says that names are handed over.")]]
    source: NotRequired[Hint]
    referrer: NotRequired[Hint]
    utm_source: NotRequired[Hint]
    utm_medium: NotRequired[Hint]
    utm_campaign: NotRequired[Hint]
    utm_term: NotRequired[Hint]
    utm_content: NotRequired[Hint]
    website: NotRequired[
        Annotated[str, Field(description="A honeypot: leave it out. If it is filled in, the signature is held.")]
    ]
    _test: NotRequired[Annotated[str, Field(description="The token of a test: the signature does not count.")]]
    _shown: NotRequired[
        Annotated[str, Field(description="When the form was shown: from `hidden` in the widget's form.")]
    ]


class SignRequest(_Typed):
    """A signature as JSON; custom fields may also be under `custom`."""

    public: NotRequired[bool]
    custom: NotRequired[dict[str, str]]


class SignForm(_Typed):
    """A signature as a plain HTML form sends it."""

    public: NotRequired[Literal["", "on", "off", "1", "0", "true", "false", "yes", "no"]]
    _next: NotRequired[
        Annotated[Url, Field(max_length=2000, description="Where to go afterwards, on an allowed site.")]
    ]


CACHED = ("ETag", "Cache-Control", "Content-Language")
OF_BREAKDOWNS = "Which breakdowns, separated by commas, where the campaign has `show_breakdown`."
BREAKDOWNS = Parameter(name="by", type=list[Literal[PUBLIC_GROUPS]], description=OF_BREAKDOWNS)  # type: ignore[valid-type]
FORM_BODIES = {JSON: SignRequest, "application/x-www-form-urlencoded": SignForm, "multipart/form-data": SignForm}

TAG = "Signing"
OPERATIONS = {
    "get_public_campaign": Operation(
        responses={200: returns_json("The campaign.", PublicCampaign, *CACHED), 304: NOT_MODIFIED}
    ),
    "get_widget_form": Operation(responses={200: returns_json("The form.", FormDocument, *CACHED), 304: NOT_MODIFIED}),
    "get_widget_script": Operation(
        responses={
            200: Response("The widget.", {"text/javascript": str}, ("ETag", "Cache-Control")),
            304: NOT_MODIFIED,
        }
    ),
    "get_public_count": Operation(
        responses={200: returns_json("The count.", PublicCount, "ETag", "Cache-Control"), 304: NOT_MODIFIED},
        parameters=(BREAKDOWNS,),
        errors=(NotFound, InvalidFields),
    ),
    "list_signers": Operation(
        responses={200: returns_json("The names.", Signers, "ETag", "Cache-Control"), 304: NOT_MODIFIED},
        errors=(NotFound,),
    ),
    "list_comments": Operation(
        responses={200: returns_json("The comments.", Comments, "ETag", "Cache-Control"), 304: NOT_MODIFIED},
        errors=(NotFound,),
    ),
    "open_form_address": Operation(
        responses={303: Response("For a browser: leads to the form.", headers=("Location",))},
        errors=(NotFound,),
    ),
    "sign": Operation(
        responses={
            201: returns_json("Stored. For a JSON body, or where `Accept` names JSON.", Receipt, "Content-Language"),
            200: returns_html("Stored. For a plain form of a browser, if the address looks mistyped.", "Cache-Control"),
            303: Response("Stored. For a plain form.", headers=("Location",)),
        },
        body=RequestBody(
            content=FORM_BODIES,
            errors=(*UNREADABLE_FORM, InvalidFields),
        ),
        errors=(OriginNotAllowed, CampaignNotOpen, SigningTestOver),
    ),
}
