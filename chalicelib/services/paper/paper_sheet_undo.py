"""Undoes a sheet of paper signatures within a day, in bounded batches, and forgets what was noted for that once the day is over.

What its signer or an organiser has changed since is not undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.errors import CampaignNotFound, InvalidFields, NotFound, SheetOver
from chalicelib.domain.signatures.paper_sheets import MARGIN
from chalicelib.services.containment import contained

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.paper_sheets import PaperSheet
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.signatures.paper_sheets import PaperSheets
    from chalicelib.storage.signatures.signatures import Signatures


@dataclass(frozen=True, slots=True)
class UndoneBatch:
    """How many signatures one call took back, and the cursor of the next call; None when it is done."""

    undone: int
    cursor: str | None


@dataclass(slots=True)
class PaperSheetUndo:
    """Lists sheets and takes them back."""

    campaign_reader: CampaignReader
    signatures: Signatures
    records: PaperSheets
    clock: Callable[[], datetime]

    def recent(self, campaign_id: str) -> list[PaperSheet]:
        """The campaign's sheets of the last 30 days, newest first. Raises CampaignNotFound."""
        return list(self.records.list(self.campaign_reader.get(campaign_id).id))

    def undo(self, campaign_id: str, sheet: str, cursor: str, key: ApiKey) -> UndoneBatch:
        """Takes back up to 50 signatures. The first call ends the sheet. Raises CampaignNotFound, NotFound, SheetOver, InvalidFields."""
        campaign = self.campaign_reader.get(campaign_id)
        record = self.records.find(campaign.id, sheet)
        if record is None:
            raise NotFound
        ends_at = record.undo_until + (MARGIN if record.undone_at else timedelta())
        if self.clock() >= ends_at:
            raise SheetOver
        number = _batch_number(cursor, record)
        record = self.records.begin_undo(record, key.id, now=self.clock())
        undone = undo_batch(self.signatures, self.records, campaign, record, number, self.clock)
        is_last = number >= record.batches
        if undone or (is_last and not record.is_over):
            self.records.add_undone(record, undone, is_last=is_last)
        return UndoneBatch(undone, None if is_last else str(number + 1))

    def forget_over(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Removes what is noted of sheets that cannot be undone any more. True when all of it is gone; the next run continues."""
        done = True
        for record in list(self.records.over(now=self.clock())):
            with contained("sheets", record.campaign):
                done = self._forget(record, has_time) and done
        return done

    def _forget(self, record: PaperSheet, has_time: Callable[[], bool]) -> bool:
        try:
            campaign = self.campaign_reader.get(record.campaign)
        except CampaignNotFound:  # it goes only when nobody has signed, so nothing is kept
            self.records.close(record)
            return True
        for number in range(1, record.batches + 1):
            if not has_time():
                return False
            for one in self.records.batch(record, number):
                self.signatures.paper.forget_before(campaign.signature_key(one), record.id)
            self.records.forget(record, number)
        self.records.close(record)
        return True


def undo_batch(
    signatures: Signatures,
    records: PaperSheets,
    campaign: Campaign,
    record: PaperSheet,
    number: int,
    clock: Callable[[], datetime],
) -> int:
    """Takes back what a batch still has of its sheet. Returns how many."""
    keys = map(campaign.signature_key, records.batch(record, number))
    return sum([signatures.paper.undo(key, record.id, now=clock()) for key in keys])


def _batch_number(cursor: str, record: PaperSheet) -> int:
    number = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) <= 6 else 0  # noqa: PLR2004 - as in its key
    if cursor and not 1 <= number <= max(1, record.batches):
        raise InvalidFields.one("cursor", "bad_cursor")
    return number or 1
