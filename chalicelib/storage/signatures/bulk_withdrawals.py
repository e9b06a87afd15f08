"""Records each bulk withdrawal in the Registry, with one audit entry for it and one for its undoing, which grow with their numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.bulk_withdrawals import UNDO_FOR, BulkWithdrawal
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item, put_newer
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import is_there, not_there_yet
from chalicelib.storage.signatures.undoable_records import begin_undo, begun_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

KEPT = timedelta(days=30)
WITHDRAWN, UNDONE = "signatures withdrawn", "withdrawal undone"


@dataclass(frozen=True, slots=True)
class BulkWithdrawals:
    """The records, one partition for each campaign. In the index `by_type` are those whose signatures are still kept."""

    table: Table

    def begin(self, record: BulkWithdrawal, *, signatures: int) -> BulkWithdrawal:
        """Writes a new record for its first `signatures`, together with its audit entry."""
        begun_at = stamp(record.begun_at)
        pk, sk = item_keys.bulk_withdrawal_key(record.campaign, record.id)
        item: dict[str, Any] = {"pk": pk, "sk": sk, "type": item_keys.BULK_WITHDRAWAL, "sort": begun_at}
        item |= {"created_at": begun_at, "filters": json.dumps(dict(record.filters)), "key": record.key}
        item |= {
            "signatures": signatures,
            "restored": 0,
            "revision": 1,
            "expires_at": int((record.begun_at + KEPT).timestamp()),
        }
        found = _read(item)
        self.table.put_in_transaction(item, _withdrawn_entry(found), condition=not_there_yet)
        return found

    def add(self, record: BulkWithdrawal, signatures: int) -> BulkWithdrawal:
        """Adds to the number of withdrawn ones, there and in the audit log. Two calls. Raises ConditionFailed once it is undone."""
        found = self._add(record, "signatures", signatures, "attribute_not_exists(#undone_at)")
        put_newer(self.table, _withdrawn_entry(found))
        return found

    def begin_undo(self, record: BulkWithdrawal, key: str, *, now: datetime) -> BulkWithdrawal:
        """Ends the withdrawal and notes who undoes it, once: two calls; later ones change nothing."""
        item = begin_undo(self.table, item_keys.bulk_withdrawal_key(record.campaign, record.id), key, now=now)
        # Written whether or not it is new: the call before this one may have ended in between.
        put_newer(self.table, _undone_entry(item))
        return _read(item)

    def add_restored(self, record: BulkWithdrawal, signatures: int) -> None:
        """Adds to the number of restored ones, there and in the audit log. Two calls."""
        item = self._update(record, "restored", signatures, is_there)
        put_newer(self.table, _undone_entry(item))

    def find(self, campaign: str, withdrawal: str) -> BulkWithdrawal | None:
        """One record by a strongly consistent read, or None."""
        item = self.table.get(*item_keys.bulk_withdrawal_key(campaign, withdrawal))
        return _read(item) if item else None

    def list(self, campaign: str) -> Iterator[BulkWithdrawal]:
        """A campaign's records of the last 30 days, newest first: one call per megabyte."""
        pk, _ = item_keys.bulk_withdrawal_key(campaign, "")
        yield from map(_read, self.table.query(pk, consistent=True, newest_first=True))

    def over(self, *, now: datetime) -> Iterator[BulkWithdrawal]:
        """Records that cannot be undone any more and whose signatures are still kept: one call, and one per hundred records."""
        yield from map(_read, begun_before(self.table, item_keys.BULK_WITHDRAWAL, now - UNDO_FOR))

    def close(self, record: BulkWithdrawal) -> None:
        """Notes that nothing is kept any more."""
        key = item_keys.bulk_withdrawal_key(record.campaign, record.id)
        self.table.update(*key, "REMOVE #type, #sort", condition=is_there, values={})

    def _add(self, record: BulkWithdrawal, name: str, n: int, condition: str) -> BulkWithdrawal:
        return _read(self._update(record, name, n, f"{is_there} AND {condition}"))

    def _update(self, record: BulkWithdrawal, name: str, n: int, condition: str) -> Attributes:
        key = item_keys.bulk_withdrawal_key(record.campaign, record.id)
        return self.table.update(
            *key, f"ADD #{name} :n, #revision :one", condition=condition, values={":n": n, ":one": 1}, returns="ALL_NEW"
        )


def _withdrawn_entry(record: BulkWithdrawal) -> Attributes:
    facts = {"campaign": record.campaign, "withdrawal": record.id, "signatures": record.signatures}
    return audit_item(
        WITHDRAWN,
        record.key,
        now=record.begun_at,
        entry=record.id,
        revision=record.revision,
        **facts,
        filters=dict(record.filters),
    )


def _undone_entry(item: Attributes) -> Attributes:
    record = _read(item)
    facts = {"campaign": record.campaign, "withdrawal": record.id, "signatures": record.restored}
    at = record.undone_at or record.begun_at
    return audit_item(UNDONE, item["undone_by"], now=at, entry=f"{record.id}-undone", revision=record.revision, **facts)


def _read(item: Attributes) -> BulkWithdrawal:
    begun_at = read_stamp(item["created_at"])
    assert begun_at is not None  # noqa: S101 - `begin` always writes it
    return BulkWithdrawal(
        id=item["sk"].partition("#")[2],
        campaign=item["pk"].partition("#")[2],
        filters=json.loads(item["filters"]),
        key=item["key"],
        begun_at=begun_at,
        signatures=item["signatures"],
        restored=item["restored"],
        revision=item.get("revision", 1),
        undone_at=read_stamp(item.get("undone_at")),
    )
