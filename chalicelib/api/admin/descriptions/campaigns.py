"""What the routes of campaigns take and return."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import (
    JSON,
    NO_CONTENT,
    NOT_MODIFIED,
    Operation,
    Parameter,
    RequestBody,
    returns_json,
    takes_json,
)
from chalicelib.api.http.schemas import CampaignId, Count, Language, Stamp
from chalicelib.domain.campaigns.campaign import READ_ONLY_KEYS, CampaignKind, CampaignState
from chalicelib.domain.campaigns.campaign_documents import CampaignDocument
from chalicelib.domain.errors import (
    CampaignExists,
    CampaignHasSignatures,
    CampaignTooLarge,
    InvalidFields,
    VersionMismatch,
    VersionRequired,
)

# What an answer holds beside the document may come back with it, and is ignored.
PATCHED = (*CampaignDocument.model_fields, *sorted(READ_ONLY_KEYS))


class CampaignLine(TypedDict):
    """One campaign in the list, with its counters; `today` and `yesterday` are days in its time zone."""

    id: CampaignId
    title: str
    titles: dict[Language, str]
    kind: CampaignKind
    state: CampaignState
    goal: int | None
    version: int
    archived: bool
    mail_paused: bool
    time_zone: str
    opens_at: Stamp | None
    closes_at: Stamp | None
    is_open: bool
    count: Count
    confirmed: Count
    pending: Count
    external: Count
    held: Count
    bounced: Count
    today: Count
    yesterday: Count


class CampaignLines(TypedDict):
    """The campaigns that the key reaches."""

    campaigns: list[CampaignLine]


@with_config(ConfigDict(extra="forbid", json_schema_extra={"properties": {name: {} for name in PATCHED}}))
class CampaignPatch(TypedDict):
    """A JSON merge patch (RFC 7396) of a campaign document: what it names is changed, null removes, the rest stays.

    What it makes of the document is checked as a whole.
    """


def _always_whole(schema: dict[str, Any]) -> None:
    """A response contains every key, also those that a PUT may leave out."""
    schema["required"] = list(schema["properties"])


class RefusedSites(TypedDict):
    """Sites whose forms were refused today or yesterday (UTC), at most 20 a day."""

    campaign: CampaignId
    sites: list[Annotated[str, Field(description="A site's origin, as browsers send it.")]]


class CampaignWarning(TypedDict):
    """What is saved and will not be seen as it is meant."""

    field: str
    code: Literal["image_not_shown", "html_not_shown", "language_without_text", "sender_not_verified"]
    message: str


class Campaign(CampaignDocument):
    """A campaign as it is stored: what a PUT may contain, and read-only keys, which a PUT ignores."""

    model_config = ConfigDict(extra="ignore", json_schema_extra=_always_whole)

    id: CampaignId
    version: Annotated[int, Field(ge=1)]
    names_until: Stamp | None
    closed_at: Stamp | None
    text_version: Annotated[int, Field(ge=1)]
    mail_resumed_at: Stamp | None
    published_at: Stamp | None
    warnings: list[CampaignWarning]


IF_MATCH = Parameter(
    name="If-Match",
    type=str,
    description="The version to change: the `ETag` or `version` of an earlier response, or a list, or `*` for any.",
    where="header",
)
CREATE_ONLY = Parameter(
    name="If-None-Match",
    type=str,
    description="`*` changes nothing that exists; a list of `ETag`s, nothing that is at one of these versions.",
    where="header",
)
VERSIONED = (VersionMismatch, VersionRequired)
SAVED = (*VERSIONED, CampaignTooLarge)

TAG = "Campaigns"
OPERATIONS = {
    "list_campaigns": Operation(
        responses={200: returns_json("The campaigns that the key reaches.", CampaignLines)},
        parameters=(Parameter(name="archived", type=bool, description="Whether to include archived ones."),),
        errors=(InvalidFields,),
    ),
    "get_campaign": Operation(
        responses={200: returns_json("The whole campaign.", Campaign, "ETag"), 304: NOT_MODIFIED}
    ),
    "list_refused_sites": Operation(responses={200: returns_json("The sites, by name.", RefusedSites)}),
    "put_campaign": Operation(
        responses={
            200: returns_json("The campaign was replaced.", Campaign, "ETag"),
            201: returns_json("The campaign was created.", Campaign, "ETag"),
        },
        parameters=(IF_MATCH, CREATE_ONLY),
        body=takes_json(CampaignDocument),
        errors=(*SAVED, CampaignExists),
    ),
    "patch_campaign": Operation(
        responses={200: returns_json("The campaign was changed.", Campaign, "ETag")},
        parameters=(replace(IF_MATCH, required=True), CREATE_ONLY),
        body=RequestBody(content={JSON: CampaignPatch, "application/merge-patch+json": CampaignPatch}),
        errors=SAVED,
    ),
    "delete_campaign": Operation(
        responses={204: NO_CONTENT},
        parameters=(IF_MATCH, CREATE_ONLY),
        errors=(CampaignHasSignatures, VersionMismatch),
    ),
}
