"""An export as it is stored: what was asked for, how far it is, and its item in the Registry."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, ExportState, Separator
from chalicelib.domain.exports.packets import read_options
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes

FILE_DAYS = 7  # the bucket's lifecycle rule says the same
# An export that nothing has touched for this long will not finish: its job is in the dead-letter queue.
ABANDONED_AFTER = timedelta(hours=2)


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


def _request(written: dict[str, Any]) -> ExportRequest:
    separator = Separator(written.get("separator", Separator.COMMA))
    return replace(
        ExportRequest(**written),
        format=ExportFormat(written["format"]),
        separator=separator,
        packet=read_options(written.get("packet")),
    )


def export_item(export: Export) -> dict[str, Any]:
    """An export as an item of the Registry, but for when it expires."""
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


def read_export(item: Attributes) -> Export:
    """The export that was stored as `item`."""
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
        request=_request(request),
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
