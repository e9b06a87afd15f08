"""The newest public names of a campaign: only of signers who agreed to be shown, and only where the campaign shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.signatures.flags import lacks_proof
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.signatures.timeline import Timeline

MAX_NAMES = 50
# How many of the newest signatures are searched for names; people who signed before them are not shown.
MAX_EXAMINED = 500
CACHE_SECONDS, SPREAD = 30, 0.3


@dataclass(slots=True)
class PublicSigners:
    """Reads public names, at most every 30 s per campaign."""

    timeline: Timeline
    clock: Callable[[], datetime]
    dice: Callable[[], float]
    _cache: Cache[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = Cache(CACHE_SECONDS, self.clock, spread=SPREAD, dice=self.dice)

    def names(self, campaign: Campaign) -> tuple[str, ...]:
        """Returns up to 50 names, newest first. Raises NotFound when the campaign shows none."""
        if not campaign.show_signers:
            raise NotFound
        cached = self._cache.find(campaign.id)
        return cached if cached is not None else self._cache.put(campaign.id, self._read(campaign))

    def forget(self, campaign_id: str) -> None:
        """Reads anew at the next request, here: other containers do so within 30 s."""
        self._cache.remove(campaign_id)

    def _read(self, campaign: Campaign) -> tuple[str, ...]:
        newest = self.timeline.newest(campaign, limit=MAX_EXAMINED)
        return tuple(
            islice(
                (name for one in newest if not is_under_review(campaign, one) and (name := public_name(one))), MAX_NAMES
            )
        )


def is_under_review(campaign: Campaign, signature: Signature) -> bool:
    """True while an organiser has yet to look at it."""
    is_cleared = signature.marks.cleared_at is not None
    return bool(signature.marks.held) or lacks_proof(
        signature.flags, is_cleared=is_cleared, is_double=campaign.is_double
    )


def public_name(signature: Signature) -> str:
    """Returns the name to show, or the empty string when it must not be shown."""
    if not (signature.public and signature.counts) or signature.moderation.is_hidden:
        return ""
    return display_name(signature.answers)
