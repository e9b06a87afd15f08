"""Sheets of paper signatures: read and looked at whole, entered in bounded batches, and undone within a day.

A batch that is repeated enters nobody twice. What somebody has changed since is not undone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import (
    AlreadySigned,
    CampaignNotFound,
    FieldError,
    InvalidFields,
    NotFound,
    SheetOver,
    SignerLeft,
)
from chalicelib.domain.paper.people import read_people
from chalicelib.domain.signatures.paper_sheets import PaperSheet
from chalicelib.services.containment import contained
from chalicelib.services.signatures.paper_signatures import campaign_for_paper
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.paper.cells import DayOrder
    from chalicelib.domain.paper.people import People
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.signatures.paper_entries import PaperEntries, PaperEntry
    from chalicelib.services.signatures.paper_forms import PaperForms
    from chalicelib.storage.signatures import paper_sheets
    from chalicelib.storage.signatures.signatures import Signatures

BATCH_SIZE = 50
Row = dict[str, Any]


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"  # it would be entered
    ENTERED = "entered"
    ALIKE = "alike"  # it would be, but somebody of that name and country is there already
    KNOWN = "known"  # it was entered before, or the address has confirmed
    LEFT = "left"  # that person withdrew or was erased, and stays out
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became, or would become, of one row; what is wrong with it; and in which fields it says something else than is kept."""

    outcome: Outcome
    errors: tuple[FieldError, ...] = ()
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnteredBatch:
    """The id of the sheet, None as long as nothing of it was new, and what became of each row."""

    sheet: str | None
    results: Sequence[RowResult] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class UndoneBatch:
    """How many signatures one call took back, and the cursor of the next call; None when it is done."""

    undone: int
    cursor: str | None


@dataclass(slots=True)
class PaperSheets:
    """Enters sheets of paper signatures."""

    campaign_reader: CampaignReader
    signatures: Signatures
    forms: PaperForms
    entries: PaperEntries
    records: paper_sheets.PaperSheets
    clock: Callable[[], datetime]

    def read(self, campaign_id: str, content: bytes, file_name: str, order: DayOrder) -> People:
        """The people on a sheet that was saved as CSV. Raises CampaignNotFound, CampaignNotOpen for a draft, InvalidFields."""
        return read_people(content, file_name, campaign_for_paper(self.campaign_reader, campaign_id), order)

    def check(self, campaign_id: str, rows: Sequence[Row]) -> list[RowResult]:
        """What entering up to 50 rows would do; nothing is stored. Raises CampaignNotFound, CampaignNotOpen for a draft."""
        campaign = campaign_for_paper(self.campaign_reader, campaign_id)
        return [self._check(entry) for entry in self._look(campaign, rows, sheet="")]

    def _check(self, entry: PaperEntry | RowResult) -> RowResult:
        if isinstance(entry, RowResult):
            return entry
        is_alike = entry.is_new and entry.was is None and self._is_alike(entry.signature)
        return RowResult(Outcome.ALIKE if is_alike else Outcome.NEW, differing=entry.differing)

    def _is_alike(self, signature: Signature) -> bool:
        return bool(signature.likeness and self.signatures.paper.alike(signature.likeness))

    def enter(self, campaign_id: str, rows: Sequence[Row], sheet: str, key: ApiKey) -> EnteredBatch:
        """Enters up to 50 rows. Without the id of an earlier call a new sheet begins with the first row that is new.

        Raises CampaignNotFound, CampaignNotOpen for a draft, NotFound, SheetOver, Unavailable.
        """
        campaign = campaign_for_paper(self.campaign_reader, campaign_id)
        record = self._continued(campaign.id, sheet) if sheet else self._new(campaign.id, key)
        looked = self._look(campaign, rows, sheet=record.id)
        fresh = [one for one in looked if not isinstance(one, RowResult)]
        if not fresh:
            return EnteredBatch(sheet or None, [one for one in looked if isinstance(one, RowResult)])
        if not sheet:
            self.records.begin(record)
        record = self._noted(record, fresh)
        results = [one if isinstance(one, RowResult) else self._enter(one) for one in looked]
        entered = sum(one.outcome is Outcome.ENTERED for one in results)
        self._correct(record, entered - len(fresh))
        return EnteredBatch(record.id, results)

    def _noted(self, record: PaperSheet, fresh: Sequence[PaperEntry]) -> PaperSheet:
        try:
            return self.records.note(record, [one.signature.id for one in fresh])
        except ConditionFailed:
            raise SheetOver from None

    def _correct(self, record: PaperSheet, signatures: int) -> None:
        """Corrects the number; this also finds out whether the sheet was undone in this very moment, and then undoes the batch, too."""
        try:
            self.records.correct(record, signatures)
        except ConditionFailed:
            self._undo(self.campaign_reader.get(record.campaign), record, record.batches)
            raise SheetOver from None

    def _look(self, campaign: Campaign, rows: Sequence[Row], *, sheet: str) -> list[PaperEntry | RowResult]:
        return [self._looked_at(campaign, row, sheet) for row in rows]

    def _looked_at(self, campaign: Campaign, row: Row, sheet: str) -> PaperEntry | RowResult:
        try:
            entry = self.entries.look(replace(self.forms.to_signature(campaign, row), sheet=sheet))
        except (InvalidFields, AlreadySigned, SignerLeft) as refusal:
            return _refused(refusal)
        return entry if entry.is_new else RowResult(Outcome.KNOWN, differing=entry.differing)

    def _enter(self, seen: PaperEntry) -> RowResult:
        try:
            entry = self.entries.enter(seen.signature, seen)
        except (InvalidFields, AlreadySigned, SignerLeft) as refusal:
            return _refused(refusal)
        return RowResult(Outcome.ENTERED if entry.is_new else Outcome.KNOWN, differing=entry.differing)

    def _new(self, campaign: str, key: ApiKey) -> PaperSheet:
        now = self.clock()
        sheet = f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(6)}"
        return PaperSheet(id=sheet, campaign=campaign, key=key.id, begun_at=now)

    def _continued(self, campaign: str, sheet: str) -> PaperSheet:
        record = self.records.find(campaign, sheet)
        if record is None:
            raise NotFound
        if record.undone_at or self.clock() >= record.undo_until:
            raise SheetOver
        return record

    def recent(self, campaign_id: str) -> list[PaperSheet]:
        """The campaign's sheets of the last 30 days, newest first. Raises CampaignNotFound."""
        return list(self.records.list(self.campaign_reader.get(campaign_id).id))

    def undo(self, campaign_id: str, sheet: str, cursor: str, key: ApiKey) -> UndoneBatch:
        """Takes back up to 50 signatures. The first call ends the sheet. Raises CampaignNotFound, NotFound, SheetOver, InvalidFields."""
        campaign = self.campaign_reader.get(campaign_id)
        record = self.records.find(campaign.id, sheet)
        if record is None:
            raise NotFound
        if self.clock() >= record.undo_until:
            raise SheetOver
        number = _batch_number(cursor, record)
        record = self.records.begin_undo(record, key.id, now=self.clock())
        undone = self._undo(campaign, record, number)
        if undone:
            self.records.add_undone(record, undone)
        return UndoneBatch(undone, str(number + 1) if number < record.batches else None)

    def _undo(self, campaign: Campaign, record: PaperSheet, number: int) -> int:
        keys = map(campaign.signature_key, self.records.batch(record, number))
        return sum([self.signatures.paper.undo(key, record.id, now=self.clock()) for key in keys])

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


def _refused(refusal: InvalidFields | AlreadySigned | SignerLeft) -> RowResult:
    if isinstance(refusal, InvalidFields):
        return RowResult(Outcome.WRONG, refusal.errors)
    return RowResult(Outcome.KNOWN if isinstance(refusal, AlreadySigned) else Outcome.LEFT)


def _batch_number(cursor: str, record: PaperSheet) -> int:
    number = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) <= 6 else 0  # noqa: PLR2004 - as in its key
    if cursor and not 1 <= number <= max(1, record.batches):
        raise InvalidFields.one("cursor", "bad_cursor")
    return number or 1
