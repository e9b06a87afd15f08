"""Records each sheet of paper signatures in the Registry, with one audit entry for it and one for its undoing.

Which signatures came from it is noted in batches, each before they are entered, and forgotten when it can no longer be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.paper_sheets import MARGIN, UNDO_FOR, PaperSheet
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item, put_newer
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import is_there, not_there_yet
from chalicelib.storage.signatures.undoable_records import begin_undo, begun_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

KEPT = timedelta(days=30)
ENTERED, UNDONE = "paper sheet entered", "paper sheet undone"


@dataclass(frozen=True, slots=True)
class PaperSheets:
    """The records, one partition for each campaign. In the index `by_type` are those whose batches are still noted."""

    table: Table

    def begin(self, sheet: PaperSheet) -> PaperSheet:
        """Writes a new record together with its audit entry."""
        begun_at = stamp(sheet.begun_at)
        pk, sk = item_keys.paper_sheet_key(sheet.campaign, sheet.id)
        item: dict[str, Any] = {"pk": pk, "sk": sk, "type": item_keys.PAPER_SHEET, "sort": begun_at}
        item |= {"created_at": begun_at, "key": sheet.key, "signatures": 0, "batches": 0, "undone": 0, "revision": 1}
        item |= {"expires_at": int((sheet.begun_at + KEPT).timestamp())}
        self.table.put_in_transaction(item, _entered_entry(sheet), condition=not_there_yet)
        return sheet

    def note(self, sheet: PaperSheet, ids: Sequence[str]) -> PaperSheet:
        """Notes which signatures are about to be entered: two calls. Raises ConditionFailed once it is undone."""
        noted = self._add(sheet, 0, batches=1)
        pk, sk = _batch_key(noted, noted.batches)
        expires_at = int((sheet.undo_until + KEPT).timestamp())
        self.table.put({"pk": pk, "sk": sk, "ids": list(ids), "expires_at": expires_at}, condition=not_there_yet)
        return noted

    def count(self, sheet: PaperSheet, signatures: int) -> PaperSheet:
        """Counts what was entered, there and in the audit log: two calls. Raises ConditionFailed once it is undone."""
        counted = self._add(sheet, signatures)
        put_newer(self.table, _entered_entry(counted))
        return counted

    def batch(self, sheet: PaperSheet, number: int) -> list[str]:
        """The ids noted in a batch; none once they are forgotten. Batches count from 1. One call."""
        found = self.table.get(*_batch_key(sheet, number))
        ids: list[str] = found["ids"] if found else []
        return ids

    def begin_undo(self, sheet: PaperSheet, key: str, *, now: datetime) -> PaperSheet:
        """Ends the sheet and notes who undoes it, once: two calls; later ones change nothing."""
        item = begin_undo(self.table, item_keys.paper_sheet_key(sheet.campaign, sheet.id), key, now=now)
        # Written whether or not it is new: the call before this one may have ended in between.
        put_newer(self.table, _undone_entry(item))
        return _read(item)

    def add_undone(self, sheet: PaperSheet, signatures: int, *, is_last: bool) -> None:
        """Adds to the number of undone ones, there and in the audit log; the last batch ends it. Two calls."""
        expression = "SET #over = :true ADD #undone :n, #revision :one" if is_last else "ADD #undone :n, #revision :one"
        values = {":n": signatures, ":one": 1, **({":true": True} if is_last else {})}
        put_newer(self.table, _undone_entry(self._update(sheet, expression, is_there, values)))

    def find(self, campaign: str, sheet: str) -> PaperSheet | None:
        """One record by a strongly consistent read, or None."""
        item = self.table.get(*item_keys.paper_sheet_key(campaign, sheet))
        return _read(item) if item else None

    def list(self, campaign: str) -> Iterator[PaperSheet]:
        """A campaign's records of the last 30 days, newest first: one call per megabyte."""
        pk, _ = item_keys.paper_sheet_key(campaign, "")
        yield from map(_read, self.table.query(pk, consistent=True, newest_first=True))

    def over(self, *, now: datetime) -> Iterator[PaperSheet]:
        """Records that cannot be undone any more and whose batches are still noted: one call, and one per hundred records."""
        yield from map(_read, begun_before(self.table, item_keys.PAPER_SHEET, now - UNDO_FOR - MARGIN))

    def forget(self, sheet: PaperSheet, number: int) -> None:
        """Removes a batch. One call."""
        self.table.delete(*_batch_key(sheet, number))

    def close(self, sheet: PaperSheet) -> None:
        """Notes that no batch is left."""
        self._update(sheet, "REMOVE #type, #sort", is_there, {})

    def _add(self, sheet: PaperSheet, signatures: int, *, batches: int = 0) -> PaperSheet:
        values = {":n": signatures, ":b": batches, ":one": 1}
        # Without a type it is closed, and nobody would look for what another batch keeps.
        condition = "attribute_exists(#type) AND attribute_not_exists(#undone_at)"
        return _read(self._update(sheet, "ADD #signatures :n, #batches :b, #revision :one", condition, values))

    def _update(self, sheet: PaperSheet, expression: str, condition: str, values: dict[str, Any]) -> Attributes:
        key = item_keys.paper_sheet_key(sheet.campaign, sheet.id)
        return self.table.update(*key, expression, condition=condition, values=values, returns="ALL_NEW")


def _batch_key(sheet: PaperSheet, number: int) -> tuple[str, str]:
    return item_keys.paper_batch_key(sheet.campaign, sheet.id, number)


def _entered_entry(sheet: PaperSheet) -> Attributes:
    facts = {"campaign": sheet.campaign, "sheet": sheet.id, "signatures": sheet.signatures}
    return audit_item(ENTERED, sheet.key, now=sheet.begun_at, entry=sheet.id, revision=sheet.revision, **facts)


def _undone_entry(item: Attributes) -> Attributes:
    sheet = _read(item)
    facts = {"campaign": sheet.campaign, "sheet": sheet.id, "signatures": sheet.undone}
    at = sheet.undone_at or sheet.begun_at
    return audit_item(UNDONE, item["undone_by"], now=at, entry=f"{sheet.id}-undone", revision=sheet.revision, **facts)


def _read(item: Attributes) -> PaperSheet:
    begun_at = read_stamp(item["created_at"])
    assert begun_at is not None  # noqa: S101 - `begin` always writes it
    return PaperSheet(
        id=item["sk"].partition("#")[2],
        campaign=item["pk"].partition("#")[2],
        key=item["key"],
        begun_at=begun_at,
        signatures=item["signatures"],
        batches=item["batches"],
        undone=item["undone"],
        undone_at=read_stamp(item.get("undone_at")),
        is_over=item.get("over", False),
        revision=item["revision"],
    )
