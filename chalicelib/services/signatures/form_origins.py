"""Which sites a campaign's form may be on, and where it may send a signer afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.web_addresses import is_listed, origin_of
from chalicelib.domain.errors import InvalidFields

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

MAX_NEXT_LENGTH = 2000


def allows_origin(campaign: Campaign, origin: str | None, own_origin: str) -> bool:
    """True when a form at `origin` may post: without an Origin header, from our own pages, from a listed site, or without a list."""
    if origin is None or not campaign.allowed_origins:
        return True
    return origin.lower() == own_origin.lower() or is_listed(origin, campaign.allowed_origins)


def next_url(campaign: Campaign, requested_url: object, own_origin: str) -> str:
    """Returns where `_next` sends the signer, or the empty string. Raises InvalidFields when that site is not allowed."""
    if not isinstance(requested_url, str) or not requested_url.strip():
        return ""
    requested_url = requested_url.strip()
    origin = origin_of(requested_url)
    if origin and len(requested_url) <= MAX_NEXT_LENGTH and allows_origin(campaign, origin, own_origin):
        return requested_url
    raise InvalidFields.one("_next", "next_not_allowed")
