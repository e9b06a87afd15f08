"""Withdraws the signatures of a flood, many at once, for an organiser who has seen how many they are; in bounded batches.

A batch that is repeated, or resumed after a crash, withdraws nothing twice. Signatures on paper are no flood: they stay.
For a day it can be undone (`withdrawal_undo`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound, WithdrawalOver
from chalicelib.domain.signatures.bulk_withdrawals import BulkWithdrawal
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.domain.signatures.signature_filters import FloodRequest
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.signatures.bulk_withdrawals import BulkWithdrawals
    from chalicelib.storage.signatures.signatures import Signatures

BATCH_SIZE = 100
PREVIEW_SIZE = 500


@dataclass(frozen=True, slots=True)
class FloodBatch:
    """How many signatures one call found or withdrew, the cursor of the next call, None when none are left, and the id of it all."""

    signatures: int
    cursor: str | None
    withdrawal: str | None = None


@dataclass(slots=True)
class FloodWithdrawal:
    """Finds the signatures of a flood by where they came from, and withdraws them."""

    signature_search: SignatureSearch
    signatures: Signatures
    records: BulkWithdrawals
    clock: Callable[[], datetime]

    def preview(self, campaign_id: str, asked: FloodRequest) -> FloodBatch:
        """Counts up to 500 of those that `withdraw` would take. Raises CampaignNotFound, InvalidFields."""
        page = self.signature_search.page(campaign_id, asked.filters, limit=PREVIEW_SIZE, cursor=asked.cursor)
        return FloodBatch(sum(map(_is_signed_online, page.signatures)), page.cursor)

    def withdraw(self, campaign_id: str, asked: FloodRequest, key: ApiKey) -> FloodBatch:
        """Withdraws up to 100. Without the id of an earlier call a new withdrawal begins with the first one found.

        Raises CampaignNotFound, InvalidFields, NotFound, WithdrawalOver.
        """
        record = self._continued(campaign_id, asked.withdrawal) if asked.withdrawal else None
        page = self.signature_search.page(campaign_id, asked.filters, limit=BATCH_SIZE, cursor=asked.cursor)
        found = [one for one in page.signatures if _is_signed_online(one)]
        if not found:
            return FloodBatch(0, page.cursor, record.id if record else None)
        # Written first: better one too many in the audit log than one missing.
        record = self._add(record, len(found)) if record else self._begin(campaign_id, asked, key, len(found))
        done = sum([self._withdraw(one, record) for one in found])
        if done < len(found):
            self._add(record, done - len(found))
        return FloodBatch(done, page.cursor, record.id)

    def _begin(self, campaign_id: str, asked: FloodRequest, key: ApiKey, signatures: int) -> BulkWithdrawal:
        now = self.clock()
        record = BulkWithdrawal(
            id=f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(6)}",
            campaign=campaign_id,
            filters=asked.wording,
            key=key.id,
            begun_at=now,
        )
        return self.records.begin(record, signatures=signatures)

    def _continued(self, campaign_id: str, withdrawal: str) -> BulkWithdrawal:
        record = self.records.find(campaign_id, withdrawal)
        if record is None:
            raise NotFound
        if record.undone_at or self.clock() >= record.undo_until:
            raise WithdrawalOver
        return record

    def _add(self, record: BulkWithdrawal, signatures: int) -> BulkWithdrawal:
        try:
            return self.records.add(record, signatures)
        except ConditionFailed:  # somebody undoes it in this very moment
            raise WithdrawalOver from None

    def _withdraw(self, signature: Signature, record: BulkWithdrawal) -> bool:
        try:
            self.signatures.kept.withdraw(signature, record.id, now=self.clock())
        except ConditionFailed:  # confirmed, signed again or withdrawn in this very moment: not what the organiser saw
            return False
        return True


def _is_signed_online(signature: Signature) -> bool:
    return signature.is_pending or signature.is_confirmed
