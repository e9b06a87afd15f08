"""Stores what each export was asked for and how far it has got; never a row of its contents."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, ExportState, Separator
from chalicelib.domain.exports.packets import read_options
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet
from chalicelib.storage.exports.export_names import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

LEASE_SECONDS = 120
KEPT_DAYS = 30
FILE_DAYS = 7  # the bucket's lifecycle rule says the same
# An export that nothing has touched for this long will not finish: its job is in the dead-letter queue.
ABANDONED_AFTER = timedelta(hours=2)

is_unleased = "#state IN (:queued, :running) AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
holds_lease = "#state = :running AND #lease = :lease"
is_deletable = "#state IN (:queued, :running, :done)"
is_current_answer = "#export = :export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far an export is written: everything up to the id `after` in `bucket` is in the parts with these `tags`."""

    upload: str = ""
    tags: tuple[str, ...] = ()
    bucket: int = 0
    after: str = ""
    rows: int = 0
    length: int = 0
    crc: int = 0
    size: int = 0
    tries: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export. `name` is its file's in the bucket, `titles` what an XLSX calls its columns; `total` rows were expected, if known.

    `facts` is what a packet says besides its names, in JSON.
    """

    id: str
    campaign: str
    name: str
    request: ExportRequest
    columns: tuple[str, ...]
    titles: tuple[str, ...] = ()
    buckets: int
    total: int | None
    created_at: datetime
    state: ExportState = ExportState.QUEUED
    touched_at: datetime
    finished_at: datetime | None = None
    position: Position = field(default_factory=Position)
    lease: str = ""
    facts: str = ""

    @property
    def format(self) -> ExportFormat:
        """What the file is: an XLSX that would be too large is written as CSV."""
        return ExportFormat.CSV if self.name.endswith(".csv") else self.request.format

    @property
    def is_unfinished(self) -> bool:
        """True while a worker should still be writing it."""
        return self.state in {ExportState.QUEUED, ExportState.RUNNING}

    @property
    def file_until(self) -> datetime | None:
        """When the file is deleted automatically."""
        return self.finished_at + timedelta(days=FILE_DAYS) if self.finished_at else None

    def state_at(self, now: datetime) -> ExportState:
        """The state to report: an abandoned export has failed, and one whose file has expired is deleted."""
        if self.is_unfinished and now > self.touched_at + ABANDONED_AFTER:
            return ExportState.FAILED
        if self.state is ExportState.DONE and self.file_until is not None and now >= self.file_until:
            return ExportState.DELETED
        return self.state


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
            pointer, _item(export) | {"expires_at": until}, audit, condition=condition, values=values
        )

    def find_by_request(self, campaign: str, digest: str) -> Export | None:
        """The export that last answered a request, or None: two calls."""
        pointer = self._table.get(*item_keys.export_request_key(campaign, digest))
        return self.find(campaign, pointer["export"]) if pointer else None

    def find(self, campaign: str, export: str) -> Export | None:
        """One export by a strongly consistent read, or None."""
        item = self._table.get(*item_keys.export_key(campaign, export))
        return _read(item) if item else None

    def list(self, campaign: str) -> Iterator[Export]:
        """A campaign's exports of the last 30 days, newest first."""
        pk, prefix = item_keys.export_key(campaign, "")
        yield from map(_read, self._table.query(pk, sk_prefix=prefix, consistent=True, newest_first=True))

    def lease(self, campaign: str, export: str, *, now: datetime) -> Export | None:
        """Reserves an export for one worker for two minutes; None if there is nothing left to do. Raises AlreadyLeased."""
        epoch = int(now.timestamp())
        values = {**_states("queued", "running"), ":epoch": epoch, ":lease": secrets.token_hex(8)}
        values |= {":until": epoch + LEASE_SECONDS, ":now": stamp(now)}
        expression = "SET #state = :running, #lease = :lease, #lease_until = :until, #touched_at = :now"
        key = item_keys.export_key(campaign, export)
        try:
            return _read(self._table.update(*key, expression, condition=is_unleased, values=values, returns="ALL_NEW"))
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


def _read_request(written: dict[str, Any]) -> ExportRequest:
    separator = Separator(written.get("separator", Separator.COMMA))
    return replace(
        ExportRequest(**written),
        format=ExportFormat(written["format"]),
        separator=separator,
        packet=read_options(written.get("packet")),
    )


def _states(*states: str) -> dict[str, str]:
    return {f":{state}": state for state in states}


def _item(export: Export) -> dict[str, Any]:
    pk, sk = item_keys.export_key(export.campaign, export.id)
    return {
        "pk": pk,
        "sk": sk,
        "name": export.name,
        "state": str(export.state),
        "request": json.dumps(asdict(export.request)),
        "columns": list(export.columns),
        "titles": list(export.titles),
        "buckets": export.buckets,
        "total": export.total,
        "facts": export.facts,
        "created_at": stamp(export.created_at),
        "touched_at": stamp(export.touched_at),
    }


def _read(item: Attributes) -> Export:
    request = json.loads(item["request"])
    position: dict[str, Any] = item.get("position", {})
    created_at, touched_at = read_stamp(item["created_at"]), read_stamp(item["touched_at"])
    assert created_at is not None  # noqa: S101 - always written
    assert touched_at is not None  # noqa: S101 - as above
    id_, campaign = item["sk"].removeprefix(item_keys.EXPORT_PREFIX), item["pk"].partition("#")[2]
    return Export(
        id=id_,
        campaign=campaign,
        name=item.get("name") or f"exports/{campaign}/{id_}.{request['format']}.gz",  # as it was called before
        request=_read_request(request),
        columns=tuple(item["columns"]),
        titles=tuple(item.get("titles", ())),
        buckets=item["buckets"],
        total=item.get("total"),
        created_at=created_at,
        state=ExportState(item["state"]),
        touched_at=touched_at,
        finished_at=read_stamp(item.get("finished_at")),
        position=Position(**position | {"tags": tuple(position.get("tags", ()))}),
        lease=item.get("lease", ""),
        facts=item.get("facts", ""),
    )
