"""What an export contains: which signatures, in which columns, safe in a spreadsheet. It does no input or output."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.domain.exports import sponsor_rows
from chalicelib.domain.exports.spreadsheet_cells import safe_cell
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS, display_name
from chalicelib.domain.signatures.signature import STUB_DAYS, SignatureState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign

    Row = Mapping[str, Any]
    # The title of a statement, by version and language.
    Titles = Mapping[tuple[int, str], str]

ANY_STATE = "any"
# A spreadsheet takes a million rows, but opens so many in minutes; and the file is built in one go, before Lambda's end.
MAX_WORKBOOK_ROWS = 200_000
COUNTED_STATES = (SignatureState.CONFIRMED, SignatureState.EXTERNAL)
# The stub of a withdrawn signature lives a day longer: with an older `since`, an export would miss withdrawals.
MAX_SINCE_AGE = timedelta(days=STUB_DAYS - 1)
BOM = "\ufeff"
TIMESTAMPS = ("signed_at", "confirmed_at", "withdrawn_at", "changed_at")
YES_NO = ("no", "yes")

# The attributes of a stored signature that exports need.
STORED_ATTRIBUTES = (
    "sk",
    "state",
    *TIMESTAMPS,
    "day",
    "email",
    *PERSON_FIELDS,
    "custom",
    "language",
    "public",
    "consents",
    "left_sponsors",
    "source",
    "referrer",
    "utm",
    "text_version",
    "text_sha256",
    "expires_at",
)
INTERNAL_ATTRIBUTES = frozenset({"sk", "public", "utm", "expires_at", "left_sponsors"})
NESTED_COLUMNS = frozenset({"custom", "public", "text_title", *UTM})
TEXT_COLUMNS = ("text_version", "text_sha256", "text_title")


class ExportFormat(StrEnum):
    """How rows are written."""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"


class ExportState(StrEnum):
    """How far an export has got."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Which signatures, and how they are written.

    `state` is one of the states, `any`, or empty: then those that count and, with `since`, also withdrawn ones. `since`
    (ISO, UTC) leaves out what has not changed since then. `sponsor` keeps only confirmed signers who consent to it, and marks
    for those who did before.
    `language` and `time_zone` are those of the titles and times in an XLSX, else empty. `delivery` writes only the names of those who agreed to be shown. `bom` begins a CSV with the mark by which spreadsheet
    programs recognise UTF-8.
    """

    format: ExportFormat
    state: str = ""
    since: str = ""
    sponsor: str = ""
    delivery: bool = False
    bom: bool = False
    language: str = ""
    time_zone: str = ""


def columns(campaign: Campaign, request: ExportRequest) -> list[str]:
    """The columns of a CSV in order: fixed ones, the campaign's custom fields, and one for those of earlier forms."""
    if request.delivery:
        return ["name"]
    custom = [field.name for field in campaign.fields if field.is_custom]
    fixed = ["id", "state", *TIMESTAMPS, "day", "email", *PERSON_FIELDS]
    return [*fixed, *custom, "custom", "language", "public", "consents", "source", "referrer", *UTM, *TEXT_COLUMNS]


def row_filter(request: ExportRequest, epoch: int) -> Callable[[Row], bool]:
    """A test for which stored signatures belong in the export; `epoch` is now, in seconds since 1970."""
    states = _states(request)

    def is_wanted(stored: Row) -> bool:
        if 0 < stored.get("expires_at", 0) <= epoch or (request.delivery and not stored.get("public")):
            return False
        if request.sponsor:
            return sponsor_rows.is_wanted(request.sponsor, request.since, states, stored)
        is_recent = not request.since or stored.get("changed_at", stored["signed_at"]) >= request.since
        return is_recent and stored["state"] in states

    return is_wanted


def _states(request: ExportRequest) -> frozenset[str]:
    if request.state == ANY_STATE:
        return frozenset(SignatureState)
    if request.state:
        return frozenset({request.state})
    withdrawn = {SignatureState.WITHDRAWN} if request.since and not request.delivery else set()
    return frozenset({*COUNTED_STATES, *withdrawn})


def is_tombstone(request: ExportRequest, stored: Row) -> bool:
    """True for a row that only says that this signature is gone and should be forgotten.

    To a sponsor, this is everybody who does not consent to it any more.
    """
    if request.sponsor:
        return not sponsor_rows.consents(request.sponsor, stored)
    return bool(stored["state"] == SignatureState.WITHDRAWN)


def json_row(request: ExportRequest, stored: Row, titles: Titles) -> dict[str, Any]:
    """A stored signature as a row of NDJSON, without empty values."""
    if request.delivery:
        return {"name": display_name(stored)}
    if is_tombstone(request, stored):
        return {"id": stored["sk"], **_tombstone(request, stored)}
    row = {name: stored[name] for name in STORED_ATTRIBUTES if name in stored and name not in INTERNAL_ATTRIBUTES}
    row |= stored.get("utm", {})
    if request.sponsor:
        row["consents"] = [request.sponsor]
    if title := _title(stored, titles):
        row["text_title"] = title
    return {"id": stored["sk"], **row, "public": bool(stored.get("public"))}


def _title(stored: Row, titles: Titles) -> str:
    """The title of the statement that a signature was given to."""
    return titles.get((stored.get("text_version", 0), stored.get("language", "")), "")


def _tombstone(request: ExportRequest, stored: Row) -> dict[str, Any]:
    kept = {name: stored[name] for name in ("signed_at", "withdrawn_at", "changed_at") if name in stored}
    if request.sponsor:
        kept = sponsor_rows.tombstone(request.sponsor, stored)
    return {"state": str(SignatureState.WITHDRAWN), **kept}


class RowWriter:
    """Turns batches of stored signatures into the bytes of one format; `as_cell` makes a cell of a text."""

    def __init__(
        self,
        request: ExportRequest,
        names: Sequence[str],
        titles: Titles,
        *,
        as_cell: Callable[[str], str] = safe_cell,
    ) -> None:
        self._request = request
        self._as_cell = as_cell
        self._titles = titles
        self._names = names
        # A column is named as its attribute, except for the id; `_cells` fills in nested ones.
        self._attributes = ["sk" if name == "id" else "" if name in NESTED_COLUMNS else name for name in names]
        self._positions = {name: place for place, name in enumerate(names)}

    def header(self) -> bytes:
        """What comes before the first row."""
        if self._request.format is ExportFormat.NDJSON:
            return b""
        return ((BOM if self._request.bom else "") + ",".join(self._names) + "\r\n").encode()

    def rows(self, stored: Iterable[Row]) -> bytes:
        """Rows, each with its line end."""
        if self._request.format is ExportFormat.NDJSON:
            lines = (json.dumps(json_row(self._request, one, self._titles), ensure_ascii=False) for one in stored)
            return "".join(f"{line}\n" for line in lines).encode()
        sheet = io.StringIO()
        csv.writer(sheet).writerows(map(self.cells, stored))
        return sheet.getvalue().encode()

    def cells(self, stored: Row) -> list[str]:
        """One row, by the order of the columns."""
        as_cell = self._as_cell
        if self._request.delivery:
            return [as_cell(display_name(stored))]
        if is_tombstone(self._request, stored):
            stored = {"sk": stored["sk"], **_tombstone(self._request, stored)}
        # One pass over all columns: this line takes a third of an export's time.
        cells = [_cell(stored[name], as_cell) if name in stored else "" for name in self._attributes]
        if stored["state"] != SignatureState.WITHDRAWN:
            cells[self._positions["public"]] = YES_NO[bool(stored.get("public"))]
        if self._request.sponsor and cells[self._positions["consents"]]:
            cells[self._positions["consents"]] = self._request.sponsor
        if "text_title" in self._positions:
            cells[self._positions["text_title"]] = as_cell(_title(stored, self._titles))
        if "utm" in stored or "custom" in stored:
            for name, value in self._nested(stored):
                cells[self._positions[name]] = as_cell(value)
        return cells

    def _nested(self, stored: Row) -> Iterator[tuple[str, str]]:
        yield from ((name, value) for name, value in stored.get("utm", {}).items() if name in self._positions)
        rest = {}
        for name, value in stored.get("custom", {}).items():
            if f"custom.{name}" in self._positions:
                yield f"custom.{name}", value
            else:
                rest[name] = value
        if rest:
            yield "custom", json.dumps(rest, ensure_ascii=False)


def _cell(value: object, as_cell: Callable[[str], str]) -> str:
    if type(value) is str:
        return as_cell(value)
    return " ".join(value) if isinstance(value, list) else str(value)
