"""What the routes of API keys and the audit log take and return."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import NO_CONTENT, Operation, Parameter, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Cursor, CursorOrNone, Day, SponsorId, Stamp
from chalicelib.domain.access.api_key_requests import ApiKeyRequest
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.domain.errors import InvalidFields, KeyNotFound

KeyId = Annotated[str, Field(pattern="^[A-Za-z0-9]{1,40}$")]


class Actor(TypedDict):
    """Somebody who acts: the id of a member or key, or `command`, and the name, which a command does not have."""

    id: str
    name: str | None


class Key(TypedDict):
    """An API key, without its secret."""

    id: KeyId
    name: str
    role: Role
    campaigns: list[str]
    sponsor: SponsorId | None
    created_at: Stamp | None
    created_by: Actor | None
    expires_at: Stamp | None
    revoked_at: Stamp | None
    last_used: str | None


class CreatedKey(Key):
    """A new key with its secret, which is shown only once."""

    secret: str


class Keys(TypedDict):
    """Every key."""

    keys: list[Key]


@with_config(ConfigDict(extra="allow"))
class AuditEntry(TypedDict):
    """Who did what, and when; further keys are facts of the act: ids, versions and numbers.

    `key` is the id of a member or key, `by` their name. `about` is the name of the member or key that the act was about.
    """

    at: Stamp
    key: str
    by: str | None
    act: str
    about: str | None


class Audit(TypedDict):
    """Entries of the audit log, newest first; the cursor is null when there are no more."""

    entries: list[AuditEntry]
    cursor: Cursor | None


TAG = "Keys"
OPERATIONS = {
    "list_keys": Operation(responses={200: returns_json("Every key.", Keys)}),
    "create_key": Operation(
        responses={201: returns_json("The key, with its secret.", CreatedKey)}, body=takes_json(ApiKeyRequest)
    ),
    "revoke_key": Operation(responses={204: NO_CONTENT}, path={"key": KeyId}, errors=(KeyNotFound,)),
    "list_audit_entries": Operation(
        responses={200: returns_json("The entries, newest first.", Audit)},
        parameters=(
            Parameter(
                name="limit",
                type=Annotated[int, Field(ge=1, le=1000)],
                description="Maximum number of entries; 100 by default.",
            ),
            Parameter(name="kind", type=Literal[*KINDS], description="Only acts of this kind."),
            Parameter(name="person", type=KeyId, description="Only what this member or key did, by its id."),
            Parameter(name="campaign", type=CampaignId, description="Only acts on this campaign."),
            Parameter(name="day", type=Day, description="Only acts of this day (UTC)."),
            Parameter(name="cursor", type=CursorOrNone, description="From the previous response to the same question."),
        ),
        errors=(InvalidFields,),
    ),
}
