"""Undoes a bulk withdrawal within a day, in bounded batches, and removes what was kept for that once the day is over.

Only what is still as that withdrawal left it comes back: not who signed again, withdrew by a link or was erased since.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.domain.errors import CampaignNotFound, NotFound, WithdrawalOver
from chalicelib.services.containment import contained
from chalicelib.storage.signatures.timeline import BY_HOLD_TIME, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.bulk_withdrawals import BulkWithdrawal
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.signatures.list_cursors import ListCursors
    from chalicelib.storage.signatures.bulk_withdrawals import BulkWithdrawals
    from chalicelib.storage.signatures.signatures import Signatures
    from chalicelib.storage.signatures.timeline import Timeline, TimelinePosition

BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class UndoneBatch:
    """How many signatures one call restored, and the cursor of the next call; None when it is done."""

    restored: int
    cursor: str | None


@dataclass(slots=True)
class WithdrawalUndo:
    """Brings back the signatures of a bulk withdrawal."""

    campaign_reader: CampaignReader
    signatures: Signatures
    timeline: Timeline
    records: BulkWithdrawals
    cursors: ListCursors
    clock: Callable[[], datetime]

    def recent(self, campaign_id: str) -> list[BulkWithdrawal]:
        """The campaign's bulk withdrawals of the last 30 days, newest first. Raises CampaignNotFound."""
        return list(self.records.list(self.campaign_reader.get(campaign_id).id))

    def undo(self, campaign_id: str, withdrawal: str, cursor: str | None, key: ApiKey) -> UndoneBatch:
        """Restores up to 100. The first call ends the withdrawal. Raises CampaignNotFound, NotFound, WithdrawalOver, InvalidFields."""
        campaign = self.campaign_reader.get(campaign_id)
        record = self.records.find(campaign.id, withdrawal)
        if record is None:
            raise NotFound
        if self.clock() >= record.undo_until:
            raise WithdrawalOver
        after = self.cursors.read(cursor, campaign.id, record.id) if cursor else None
        record = self.records.begin_undo(record, key.id, now=self.clock())
        positions = self._positions(campaign, record, after)
        batch = list(islice(positions, BATCH_SIZE))
        keys = self._keys(campaign, record, batch)
        restored = sum([self.signatures.kept.restore(one, record.id, now=self.clock()) for one in keys])
        if restored:
            self.records.add_restored(record, restored)
        has_more = next(positions, None) is not None
        return UndoneBatch(restored, self.cursors.make(batch[-1], campaign.id, record.id) if has_more else None)

    def forget_over(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Removes what is kept of withdrawals that cannot be undone any more. True when all of it is gone; the next run continues."""
        done = True
        for record in list(self.records.over(now=self.clock())):
            with contained("withdrawals", record.campaign):
                done = self._forget(record, has_time) and done
        return done

    def _forget(self, record: BulkWithdrawal, has_time: Callable[[], bool]) -> bool:
        try:
            campaign = self.campaign_reader.get(record.campaign)
        except CampaignNotFound:  # it goes only when nobody has signed, so nothing is kept
            self.records.close(record)
            return True
        positions = self._positions(campaign, record, None)
        while has_time():
            batch = list(islice(positions, BATCH_SIZE))
            if not batch:
                self.records.close(record)
                return True
            for key in self._keys(campaign, record, batch):
                self.signatures.kept.forget(key, record.id)
        return False

    def _positions(
        self, campaign: Campaign, record: BulkWithdrawal, after: TimelinePosition | None
    ) -> Iterator[TimelinePosition]:
        span = Span(record.begun_at, record.undo_until)
        return self.timeline.positions(
            campaign, limit=BATCH_SIZE, span=span, after=after, order=BY_HOLD_TIME, consistent=True
        )

    def _keys(
        self, campaign: Campaign, record: BulkWithdrawal, batch: list[TimelinePosition]
    ) -> Iterator[SignatureKey]:
        """Those of a batch that the withdrawal took: in the same index are signatures whose emails are held."""
        for signature in self.timeline.read(campaign, batch):
            if signature and signature.withdrawal == record.id:
                yield signature.key
