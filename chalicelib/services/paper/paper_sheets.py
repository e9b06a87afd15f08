"""Sheets of paper signatures: read and looked at whole, and entered in bounded batches.

A batch that is repeated enters nobody twice. Undoing is in `paper_sheet_undo`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import (
    AlreadySigned,
    FieldError,
    InvalidFields,
    NotFound,
    SheetOver,
    SignerLeft,
)
from chalicelib.domain.paper.people import read_people
from chalicelib.domain.signatures.paper_sheets import PaperSheet
from chalicelib.services.paper.paper_sheet_undo import undo_batch
from chalicelib.services.paper.paper_signatures import campaign_for_paper
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
    from chalicelib.services.paper.paper_entries import PaperEntries, PaperEntry
    from chalicelib.services.paper.paper_forms import PaperForms
    from chalicelib.storage.signatures import paper_sheets
    from chalicelib.storage.signatures.signatures import Signatures

BATCH_SIZE = 50
JUST_NOW = timedelta(minutes=15)
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
    """What became, or would become, of one row; what is wrong with it; and in which fields it says something else than is kept.

    `sheet` is that of a row that is known.
    """

    outcome: Outcome
    errors: tuple[FieldError, ...] = ()
    differing: tuple[str, ...] = ()
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class EnteredBatch:
    """The id of the sheet, None as long as nothing of it was new, and what became of each row."""

    sheet: str | None
    results: Sequence[RowResult]


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
        return read_people(
            content, file_name, campaign_for_paper(self.campaign_reader, campaign_id, self.clock()), order
        )

    def check(self, campaign_id: str, rows: Sequence[Row]) -> list[RowResult]:
        """What entering up to 50 rows would do; nothing is stored. Raises CampaignNotFound, CampaignNotOpen for a draft."""
        campaign = campaign_for_paper(self.campaign_reader, campaign_id, self.clock())
        return [self._check(entry) for entry in self._look(campaign, rows, sheet="")]

    def _check(self, entry: PaperEntry | RowResult) -> RowResult:
        if isinstance(entry, RowResult):
            return entry
        is_somebody_new = entry.was is None or entry.was.is_withdrawn
        is_alike = is_somebody_new and self._is_alike(entry.signature)
        return RowResult(Outcome.ALIKE if is_alike else Outcome.NEW, differing=entry.differing)

    def _is_alike(self, signature: Signature) -> bool:
        return bool(signature.likeness and self.signatures.paper.alike(signature.likeness))

    def enter(self, campaign_id: str, rows: Sequence[Row], sheet: str, key: ApiKey) -> EnteredBatch:
        """Enters up to 50 rows. Without the id of an earlier call a new sheet begins with the first row that is new.

        If rows were entered a moment ago, the answer to that call was lost: their sheet goes on.

        Raises CampaignNotFound, CampaignNotOpen for a draft, NotFound, SheetOver, Unavailable.
        """
        campaign = campaign_for_paper(self.campaign_reader, campaign_id, self.clock())
        record = self._continued(campaign.id, sheet) if sheet else self._new(campaign.id, key)
        looked = self._look(campaign, rows, sheet=record.id)
        if not sheet and (begun := self._begun_just_now(campaign.id, looked, key)):
            sheet, record = begun.id, begun
            looked = [one if isinstance(one, RowResult) else _of_sheet(one, sheet) for one in looked]
        fresh = [one for one in looked if not isinstance(one, RowResult)]
        if not fresh:
            return EnteredBatch(sheet or None, [one for one in looked if isinstance(one, RowResult)])
        if not sheet:
            self.records.begin(record)
        record = self._noted(record, fresh)
        results: list[RowResult] = []
        try:
            results += (one if isinstance(one, RowResult) else self._enter(one) for one in looked)
        finally:  # also when the store refuses half way: what was entered is counted
            self._count(campaign, record, sum(one.outcome is Outcome.ENTERED for one in results))
        return EnteredBatch(record.id, results)

    def _begun_just_now(
        self, campaign: str, looked: Sequence[PaperEntry | RowResult], key: ApiKey
    ) -> PaperSheet | None:
        """The sheet that this key began within the last quarter of an hour and that has rows of this batch, if there is one."""
        sheets = {one.sheet: None for one in looked if isinstance(one, RowResult) and one.sheet}
        for sheet in sheets:
            record = self.records.find(campaign, sheet)
            if record and record.key == key.id and not record.undone_at and self.clock() < record.begun_at + JUST_NOW:
                return record
        return None

    def _noted(self, record: PaperSheet, fresh: Sequence[PaperEntry]) -> PaperSheet:
        try:
            return self.records.note(record, [one.signature.id for one in fresh])
        except ConditionFailed:
            raise SheetOver from None

    def _count(self, campaign: Campaign, record: PaperSheet, signatures: int) -> None:
        """Counts them; this also finds out whether the sheet was undone in this very moment, and then undoes the batch, too."""
        try:
            self.records.count(record, signatures)
        except ConditionFailed:
            undo_batch(self.signatures, self.records, campaign, record, record.batches, self.clock)
            raise SheetOver from None

    def _look(self, campaign: Campaign, rows: Sequence[Row], *, sheet: str) -> list[PaperEntry | RowResult]:
        return [self._looked_at(campaign, row, sheet) for row in rows]

    def _looked_at(self, campaign: Campaign, row: Row, sheet: str) -> PaperEntry | RowResult:
        try:
            entry = self.entries.look(replace(self.forms.to_signature(campaign, row), sheet=sheet))
        except (InvalidFields, AlreadySigned, SignerLeft) as refusal:
            return _refused(refusal)
        if entry.is_new:
            return entry
        return RowResult(Outcome.KNOWN, differing=entry.differing, sheet=entry.signature.sheet)

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


def _of_sheet(entry: PaperEntry, sheet: str) -> PaperEntry:
    return replace(entry, signature=replace(entry.signature, sheet=sheet))


def _refused(refusal: InvalidFields | AlreadySigned | SignerLeft) -> RowResult:
    if isinstance(refusal, InvalidFields):
        return RowResult(Outcome.WRONG, refusal.errors)
    return RowResult(Outcome.KNOWN if isinstance(refusal, AlreadySigned) else Outcome.LEFT)
