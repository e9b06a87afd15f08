"""The comments of a campaign that anybody may read, with their signers' names: approved ones, where the campaign shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound
from chalicelib.domain.signatures.public_comments import CommentState, PublicComment, comment_state
from chalicelib.services.cache import Cache
from chalicelib.services.signatures.public_signers import CACHE_SECONDS, SPREAD, is_under_review, public_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.storage.signatures.published_comments import PublishedComments
    from chalicelib.storage.signatures.signatures import Signatures

MAX_COMMENTS = 50


@dataclass(slots=True)
class PublicComments:
    """Reads public comments, at most every 30 s per campaign."""

    signatures: Signatures
    published: PublishedComments
    clock: Callable[[], datetime]
    dice: Callable[[], float]
    _cache: Cache[str, tuple[PublicComment, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = Cache(CACHE_SECONDS, self.clock, spread=SPREAD, dice=self.dice)

    def comments(self, campaign: Campaign) -> tuple[PublicComment, ...]:
        """Returns up to 50 comments, the one approved last first. Raises NotFound when the campaign shows none."""
        if not (campaign.show_comments and campaign.show_signers):
            raise NotFound
        cached = self._cache.find(campaign.id)
        return cached if cached is not None else self._cache.put(campaign.id, self._read(campaign))

    def forget(self, campaign_id: str) -> None:
        """Reads anew at the next request, here: other containers do so within 30 s."""
        self._cache.remove(campaign_id)

    def _read(self, campaign: Campaign) -> tuple[PublicComment, ...]:
        ids = self.published.ids(campaign.id)
        found = {one.id: one for one in self.signatures.find_many(map(campaign.signature_key, ids))} if ids else {}
        approved = (found[one] for one in ids if one in found)
        shown = [
            PublicComment(name, signature.answers["comment"], signature.language)
            for signature in approved
            if comment_state(signature) is CommentState.SHOWN
            and not is_under_review(campaign, signature)
            and (name := public_name(signature))
        ]
        return tuple(shown[:MAX_COMMENTS])
