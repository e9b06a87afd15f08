"""Who has had an update: one mark for each signer, kept apart from the signature, so that signing anew brings no second one.

It holds ids and times, never an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.domain.updates.update import REMEMBERED_DAYS
from chalicelib.storage.dynamodb import item_keys, transactions
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.storage.dynamodb.table import Table

LEASE_SECONDS = 30
FAILED = "failed"

is_unsent = (
    "attribute_not_exists(#sent_at) AND attribute_not_exists(#outcome) "
    "AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
)
holds_lease = "#lease_until = :lease"
# SES may report before the mark is written; whoever was never in line for it has no item.
is_unreported = "attribute_exists(#pk) AND attribute_not_exists(#{report})"


class MarkLeased(Exception):
    """Another worker may be sending this signer the update at this moment."""


class AlreadyDone(Exception):
    """The signer has it, or SES refused it for good (`was_sent` is False)."""

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__()
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True)
class MarkLease:
    """The right to send one signer an update until `until` (seconds since 1970)."""

    update: str
    key: SignatureKey
    until: int


class UpdateMarks:
    """The marks in the Registry table. Each method is one call unless it says otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def lease(self, update: str, key: SignatureKey, *, now: datetime) -> MarkLease:
        """Reserves a signer for 30 s. Raises MarkLeased, AlreadyDone."""
        epoch = int(now.timestamp())
        forget = int((now + timedelta(days=REMEMBERED_DAYS)).timestamp())
        values = {":epoch": epoch, ":until": epoch + LEASE_SECONDS, ":forget": forget}
        expression = "SET #lease_until = :until, #expires_at = :forget"
        try:
            self._table.update(*self._key(update, key), expression, condition=is_unsent, values=values)
        except ConditionFailed as refusal:
            found = refusal.found or {}
            if "sent_at" in found or "outcome" in found:
                raise AlreadyDone(was_sent="sent_at" in found) from None
            raise MarkLeased from None
        return MarkLease(update, key, epoch + LEASE_SECONDS)

    def mark_sent(self, lease: MarkLease, *, now: datetime) -> None:
        """Records that SES took it, even if the lease was lost meanwhile: it is out."""
        values = {":now": stamp(now)}
        self._table.update(
            *self._key(lease.update, lease.key),
            "SET #sent_at = if_not_exists(#sent_at, :now) REMOVE #lease_until",
            values=values,
        )

    def mark_failed(self, lease: MarkLease) -> None:
        """Records that SES will never take it; nothing if the lease was lost."""
        self._end(lease, "SET #outcome = :failed REMOVE #lease_until", {":failed": FAILED})

    def end_lease(self, lease: MarkLease) -> None:
        """Lets another attempt be made; nothing if the lease was lost."""
        self._end(lease, "REMOVE #lease_until", {})

    def _end(self, lease: MarkLease, expression: str, values: dict[str, object]) -> None:
        try:
            self._table.update(
                *self._key(lease.update, lease.key),
                expression,
                condition=holds_lease,
                values={**values, ":lease": lease.until},
            )
        except ConditionFailed:
            return

    def count(self, campaign: str, update: str, bucket: int) -> tuple[int, int]:
        """How many of a bucket were sent it, and how many SES refused for good: one call per megabyte."""
        sent = failed = 0
        for item in self._table.query(item_keys.update_mark_partition(campaign, update, bucket), consistent=True):
            sent += "sent_at" in item
            failed += item.get("outcome") == FAILED
        return sent, failed

    def report(self, update: str, key: SignatureKey, what: str) -> bool:
        """Counts what became of one email (`delivered`, `bounced`, `complained`, `unsubscribed`), once: one transaction.

        False if it was counted before, or the signer never had the update.
        """
        figures = item_keys.update_figures_key(key.campaign, update, key.bucket)
        try:
            self._table.commit(
                transactions.update(
                    self._key(update, key),
                    f"SET #{what} = :yes",
                    values={":yes": True},
                    condition=is_unreported.format(report=what),
                ),
                transactions.update(figures, f"ADD #{what} :one", values={":one": 1}),
            )
        except ConditionFailed:
            return False
        return True

    @staticmethod
    def _key(update: str, key: SignatureKey) -> tuple[str, str]:
        return item_keys.update_mark_partition(key.campaign, update, key.bucket), key.id
