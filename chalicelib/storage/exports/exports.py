"""Stores what each export was asked for and how far it has got; never a row of its contents."""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.exports.export_rows import ExportFormat, ExportState
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet
from chalicelib.storage.exports.export_items import Export, export_item, read_export
from chalicelib.storage.exports.export_names import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

LEASE_SECONDS = 120
KEPT_DAYS = 30

is_unleased = "#state IN (:queued, :running) AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
holds_lease = "#state = :running AND #lease = :lease"
is_deletable = "#state IN (:queued, :running, :done)"
is_current_answer = "#export = :export"


class AlreadyLeased(Exception):
    """Another worker holds the lease of this export."""


class Exports:
    """The exports in the Registry table. Each method is one call unless it says otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, export: Export, *, digest: str, replaces: str, key: str) -> None:
        """Writes a new export that now answers the request `digest`, and an audit entry for `key`.

        Raises ConditionFailed if the request is answered by an export other than `replaces` (empty: by none).
        """
        pk, sk = item_keys.export_request_key(export.campaign, digest)
        until = int((export.created_at + timedelta(days=KEPT_DAYS)).timestamp())
        pointer = {"pk": pk, "sk": sk, "export": export.id, "expires_at": until}
        facts: dict[str, Any] = {"campaign": export.campaign, "export": export.id, "format": str(export.request.format)}
        facts |= {"sponsor": export.request.sponsor} if export.request.sponsor else {}
        act = "packet requested" if export.request.packet else "export requested"
        audit = audit_item(act, key, now=export.created_at, **facts)
        condition, values = (is_current_answer, {":export": replaces}) if replaces else (not_there_yet, None)
        self._table.put_in_transaction(
            pointer, export_item(export) | {"expires_at": until}, audit, condition=condition, values=values
        )

    def find_by_request(self, campaign: str, digest: str) -> Export | None:
        """The export that last answered a request, or None: two calls."""
        pointer = self._table.get(*item_keys.export_request_key(campaign, digest))
        return self.find(campaign, pointer["export"]) if pointer else None

    def find(self, campaign: str, export: str) -> Export | None:
        """One export by a strongly consistent read, or None."""
        item = self._table.get(*item_keys.export_key(campaign, export))
        return read_export(item) if item else None

    def list(self, campaign: str) -> Iterator[Export]:
        """A campaign's exports of the last 30 days, newest first."""
        pk, prefix = item_keys.export_key(campaign, "")
        yield from map(read_export, self._table.query(pk, sk_prefix=prefix, consistent=True, newest_first=True))

    def lease(self, campaign: str, export: str, *, now: datetime) -> Export | None:
        """Reserves an export for one worker for two minutes; None if there is nothing left to do. Raises AlreadyLeased."""
        epoch = int(now.timestamp())
        values = {**_states("queued", "running"), ":epoch": epoch, ":lease": secrets.token_hex(8)}
        values |= {":until": epoch + LEASE_SECONDS, ":now": stamp(now)}
        expression = "SET #state = :running, #lease = :lease, #lease_until = :until, #touched_at = :now"
        key = item_keys.export_key(campaign, export)
        try:
            return read_export(
                self._table.update(*key, expression, condition=is_unleased, values=values, returns="ALL_NEW")
            )
        except ConditionFailed as refusal:
            if refusal.found and refusal.found["state"] in (ExportState.QUEUED, ExportState.RUNNING):
                raise AlreadyLeased from None
            return None

    def save_position(self, export: Export, *, now: datetime) -> None:
        """Records the position and renews the lease. Raises ConditionFailed if the lease is lost."""
        position = asdict(export.position) | {"tags": list(export.position.tags)}
        values = {":position": position, ":until": int(now.timestamp()) + LEASE_SECONDS, ":now": stamp(now)}
        self._under_lease(export, "SET #position = :position, #lease_until = :until, #touched_at = :now", values)

    def end_lease(self, export: Export) -> None:
        """Lets another worker continue. Raises ConditionFailed if the lease is lost."""
        self._under_lease(export, "REMOVE #lease, #lease_until", {})

    def write_as_csv(self, export: Export, *, now: datetime) -> Export:
        """Records that an XLSX will be a CSV, written from the beginning. Raises ConditionFailed if the lease is lost."""
        name = file_name(export.campaign, export.id, ExportFormat.CSV)
        self._under_lease(export, "SET #name = :name, #touched_at = :now", {":name": name, ":now": stamp(now)})
        return replace(export, name=name)

    def finish(self, export: Export, state: ExportState, *, now: datetime) -> None:
        """Records that it is `done` or `failed`. Raises ConditionFailed if the lease is lost."""
        values = {":end": str(state), ":now": stamp(now)}
        expression = "SET #state = :end, #finished_at = :now, #touched_at = :now REMOVE #lease, #lease_until"
        self._under_lease(export, expression, values)

    def delete(self, export: Export, *, now: datetime) -> None:
        """Records that its file is deleted; a worker that is writing it stops at the next part."""
        values = {**_states("queued", "running", "done"), ":deleted": "deleted", ":now": stamp(now)}
        expression = "SET #state = :deleted, #touched_at = :now REMOVE #lease, #lease_until"
        key = item_keys.export_key(export.campaign, export.id)
        try:
            self._table.update(*key, expression, condition=is_deletable, values=values)
        except ConditionFailed:
            return

    def _under_lease(self, export: Export, expression: str, values: dict[str, Any]) -> None:
        values = {**values, **_states("running"), ":lease": export.lease}
        self._table.update(
            *item_keys.export_key(export.campaign, export.id), expression, condition=holds_lease, values=values
        )


def _states(*states: str) -> dict[str, str]:
    return {f":{state}": state for state in states}
