"""Checks an admin's request for a new API key; unknown fields are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.campaigns.campaign import CAMPAIGN_ID
from chalicelib.domain.campaigns.document_types import SponsorId
from chalicelib.domain.documents import Moment, SingleLine, Visible, matching, validate
from chalicelib.domain.errors import InvalidFields

if TYPE_CHECKING:
    from datetime import datetime

CampaignOrAll = Annotated[str, *matching(rf"\*|{CAMPAIGN_ID.pattern}", "bad_campaign_id", limit=64)]
KeyName = Annotated[SingleLine, StringConstraints(min_length=1, max_length=100), Visible]


class ApiKeyRequest(BaseModel):
    """The body of `POST /admin/keys`. `name` says whose key it is: a role or an organisation, not a person's address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: KeyName
    role: Role
    campaigns: Annotated[tuple[CampaignOrAll, ...], Field(min_length=1, max_length=100)] = (EVERY_CAMPAIGN,)
    sponsor: SponsorId | None = None
    expires_at: Moment | None = None


def parse(body: object, now: datetime) -> ApiKeyRequest:
    """The checked request. Raises InvalidFields, also for a key that would already be expired."""
    document = validate(ApiKeyRequest, body, whole="key")
    if document.sponsor and (document.role is Role.ADMIN or EVERY_CAMPAIGN in document.campaigns):
        raise InvalidFields.one("sponsor", "sponsor_key_too_wide")
    if document.role is Role.ADMIN and document.campaigns != (EVERY_CAMPAIGN,):
        raise InvalidFields.one("campaigns", "admin_key_reaches_all")
    if document.expires_at is not None and document.expires_at <= now:
        raise InvalidFields.one("expires_at", "in_the_past")
    return document
