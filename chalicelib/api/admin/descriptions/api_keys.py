"""What the routes of API keys and of the audit log take and answer."""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.schemas import SponsorId, Stamp
from chalicelib.domain.access.api_keys import Role

KeyId = Annotated[str, Field(pattern="^[A-Za-z0-9]{1,40}$")]


class Key(TypedDict):
    """An API key as it is listed: never with its secret."""

    id: KeyId
    name: str
    role: Role
    campaigns: list[str]
    sponsor: SponsorId | None
    created_at: Stamp | None
    expires_at: Stamp | None
    revoked_at: Stamp | None
    last_used: str | None


class CreatedKey(Key):
    """A new key, with its secret: shown this once."""

    secret: str


class Keys(TypedDict):
    """Every key."""

    keys: list[Key]


@with_config(ConfigDict(extra="allow"))
class AuditEntry(TypedDict):
    """Who did what, and when; beside these, the facts of the act: ids, versions and numbers."""

    at: Stamp
    key: str
    act: str


class Audit(TypedDict):
    """The newest entries first."""

    entries: list[AuditEntry]
