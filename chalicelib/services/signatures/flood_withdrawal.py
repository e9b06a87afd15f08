"""Withdraws the signatures of a flood, many at once, for an organiser who has seen how many they are; in bounded batches.

A batch that is repeated, or resumed after a crash, withdraws nothing twice. Signatures on paper are no flood: they stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.signature import Withdrawer
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.domain.signatures.signature_filters import SignatureFilters
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.signatures import Signatures

BATCH_SIZE = 100
PREVIEW_SIZE = 500


@dataclass(frozen=True, slots=True)
class FloodBatch:
    """How many signatures one call found or withdrew, and the cursor of the next call; None when none are left."""

    signatures: int
    cursor: str | None


@dataclass(slots=True)
class FloodWithdrawal:
    """Finds the signatures of a flood by where they came from, and withdraws them."""

    signature_search: SignatureSearch
    signatures: Signatures
    audit: AuditLog
    clock: Callable[[], datetime]

    def preview(self, campaign_id: str, filters: SignatureFilters, cursor: str | None) -> FloodBatch:
        """Counts up to 500 of those that `withdraw` would take. Raises CampaignNotFound, InvalidFields."""
        page = self.signature_search.page(campaign_id, filters, limit=PREVIEW_SIZE, cursor=cursor)
        return FloodBatch(sum(map(_is_signed_online, page.signatures)), page.cursor)

    def withdraw(self, campaign_id: str, filters: SignatureFilters, cursor: str | None, key: ApiKey) -> FloodBatch:
        """Withdraws up to 100: nothing about the persons is left. Raises CampaignNotFound, InvalidFields."""
        page = self.signature_search.page(campaign_id, filters, limit=BATCH_SIZE, cursor=cursor)
        found = [one for one in page.signatures if _is_signed_online(one)]
        if found:
            # Written first: better one entry too many than one missing.
            self.audit.add(
                "signatures withdrawn", key.id, now=self.clock(), campaign=campaign_id, signatures=len(found)
            )
        return FloodBatch(sum(map(self._withdraw, found)), page.cursor)

    def _withdraw(self, signature: Signature) -> bool:
        try:
            self.signatures.withdraw(signature, Withdrawer.ORGANIZER, now=self.clock())
        except ConditionFailed:  # confirmed, signed again or withdrawn in this very moment: not what the organiser saw
            return False
        return True


def _is_signed_online(signature: Signature) -> bool:
    return signature.is_pending or signature.is_confirmed
