"""How far an update has been sent in each bucket of its campaign, who works there, and what became of the emails."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.updates.update import Figures
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.updates.update import Update, WaitReason
    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

# A worker saves its position several times within this; a dead one's bucket is taken over after it.
LEASE_SECONDS = 60
COUNTED = ("sent", "failed", "skipped")
REPORTED = ("delivered", "bounced", "complained", "unsubscribed")

is_free = "attribute_not_exists(#is_done) AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
holds_lease = "#lease = :lease"


class BucketLeased(Exception):
    """Another worker is sending in this bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketProgress:
    """One bucket: everybody up to the signature `after` has been dealt with. `tries` counts failures at the next one."""

    bucket: int
    after: str = ""
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    tries: int = 0
    lease: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All buckets together: the figures, how many buckets are done, and what the others wait for, if anything."""

    figures: Figures
    done: frozenset[int]
    waits_for: str = ""


class UpdateProgress:
    """The progress of updates in the Registry table. Each method is one call unless it says otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, update: Update) -> Progress:
        """How far an update is: strongly consistent."""
        pk, _ = item_keys.update_bucket_key(update.campaign, update.id, 0)
        items = list(self._table.query(pk, consistent=True))
        figures = Figures.total(
            Figures(**{name: item[name] for name in (*COUNTED, *REPORTED) if name in item}) for item in items
        )
        done = frozenset(item["bucket"] for item in items if item.get("is_done"))
        waiting = [item["waits_for"] for item in items if item.get("waits_for") and not item.get("is_done")]
        return Progress(figures=figures, done=done, waits_for=waiting[0] if waiting else "")

    def lease(self, update: Update, bucket: int, *, now: datetime) -> BucketProgress | None:
        """Reserves a bucket for one worker for a minute; None if it is done. Raises BucketLeased."""
        epoch, lease = int(now.timestamp()), secrets.token_hex(8)
        values = {":epoch": epoch, ":until": epoch + LEASE_SECONDS, ":lease": lease, ":bucket": bucket}
        expression = "SET #bucket = :bucket, #lease = :lease, #lease_until = :until"
        try:
            item = self._table.update(
                *self._key(update, bucket), expression, condition=is_free, values=values, returns="ALL_NEW"
            )
        except ConditionFailed as refusal:
            if refusal.found and refusal.found.get("is_done"):
                return None
            raise BucketLeased from None
        return _read(item)

    def save(self, update: Update, reached: BucketProgress, *, now: datetime) -> None:
        """Records the position and renews the lease. Raises ConditionFailed if the lease is lost."""
        until = int(now.timestamp()) + LEASE_SECONDS
        self._under_lease(update, reached, f"{_SETS}, #lease_until = :until REMOVE #waits_for", {":until": until})

    def leave(self, update: Update, reached: BucketProgress, waits_for: WaitReason | None = None) -> None:
        """Records the position and lets another worker continue. Raises ConditionFailed if the lease is lost."""
        if waits_for:
            expression, more = f"{_SETS}, #waits_for = :waits REMOVE #lease, #lease_until", {":waits": str(waits_for)}
        else:
            expression, more = f"{_SETS} REMOVE #lease, #lease_until, #waits_for", {}
        self._under_lease(update, reached, expression, more)

    def finish(self, update: Update, reached: BucketProgress) -> None:
        """Records that everybody in the bucket has been dealt with. Raises ConditionFailed if the lease is lost."""
        expression = f"{_SETS}, #is_done = :yes REMOVE #lease, #lease_until, #waits_for"
        self._under_lease(update, reached, expression, {":yes": True})

    def _under_lease(self, update: Update, reached: BucketProgress, expression: str, more: Mapping[str, Any]) -> None:
        names = ("after", *COUNTED, "tries")
        values = {f":{name}": getattr(reached, name) for name in names} | {":lease": reached.lease} | dict(more)
        self._table.update(*self._key(update, reached.bucket), expression, condition=holds_lease, values=values)

    @staticmethod
    def _key(update: Update, bucket: int) -> tuple[str, str]:
        return item_keys.update_bucket_key(update.campaign, update.id, bucket)


_SETS = "SET " + ", ".join(f"#{name} = :{name}" for name in ("after", *COUNTED, "tries"))


def _read(item: Attributes) -> BucketProgress:
    names = ("after", *COUNTED, "tries", "lease")
    return replace(BucketProgress(bucket=item["bucket"]), **{name: item[name] for name in names if name in item})
