"""What an export holds: which signatures, in which columns, safe to open in a spreadsheet; it reads and writes nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns import OSDI_FIELDS, UTM
from chalicelib.domain.signatures import STUB_DAYS, SignatureState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chalicelib.domain.campaigns import Campaign

    Row = Mapping[str, Any]

ANY_STATE = "any"
COUNTED = (SignatureState.CONFIRMED,)
# A stub of a withdrawn signature lives so long; who asks for changes since before then would miss withdrawals.
LONGEST_SINCE = timedelta(days=STUB_DAYS - 1)
BOM = "\ufeff"
TIMES = ("signed_at", "confirmed_at", "withdrawn_at", "changed_at")
# What a spreadsheet takes for a formula (OWASP, "CSV Injection").
FORMULA = tuple("=+-@\t\r")
# A plus and digits alone calculate nothing, and a phone number with a quote before it reaches nobody.
PHONE = re.compile(r"\+[0-9][0-9 ]{4,}")


class ExportFormat(StrEnum):
    """How rows are written."""

    CSV = "csv"
    NDJSON = "ndjson"


class ExportState(StrEnum):
    """Where an export is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Which signatures, and how they are written.

    `state` is one of the states, `any`, or empty: those that count, and with `since` also what was taken back. `since`
    (ISO, UTC) leaves out what has not changed from then on. `sponsor` leaves only confirmed signers who consented to it.
    `delivery` writes nothing but the names of those who asked to be shown. `bom` is for old spreadsheets.
    """

    format: ExportFormat
    state: str = ""
    since: str = ""
    sponsor: str = ""
    delivery: bool = False
    bom: bool = False


def columns(campaign: Campaign, request: ExportRequest) -> list[str]:
    """The columns of a CSV, in their order: fixed ones, the campaign's own fields, and one for what older forms asked."""
    if request.delivery:
        return ["name"]
    own = [field.name for field in campaign.fields if field.is_custom]
    fixed = ["id", "state", *TIMES, "day", "email", *OSDI_FIELDS]
    return [*fixed, *own, "custom", "language", "public", "consents", "source", "referrer", *UTM, "text_version"]


def chooser(request: ExportRequest, epoch: int) -> Callable[[Row], bool]:
    """Tells which stored signatures are wanted; `epoch` is now, in seconds since 1970."""
    states = _states(request)

    def is_wanted(stored: Row) -> bool:
        if 0 < stored.get("expires_at", 0) <= epoch or stored["state"] not in states:
            return False
        if request.since and stored.get("changed_at", stored["signed_at"]) < request.since:
            return False
        if request.delivery and not stored.get("public"):
            return False
        return not request.sponsor or is_tombstone(request, stored) or _consents(request.sponsor, stored)

    return is_wanted


def _states(request: ExportRequest) -> frozenset[str]:
    if request.state == ANY_STATE:
        return frozenset(SignatureState)
    if request.state:
        return frozenset({request.state})
    taken_back = {SignatureState.WITHDRAWN} if request.since and not request.delivery else set()
    return frozenset({*COUNTED, *taken_back})


def is_tombstone(request: ExportRequest, stored: Row) -> bool:
    """True for a row that only says: this one is no longer there, forget it.

    For a sponsor that is also a signer who took back the consent after confirming.
    """
    if stored["state"] == SignatureState.WITHDRAWN:
        return True
    if not (request.sponsor and request.since) or _consents(request.sponsor, stored):
        return False
    return bool(stored.get("changed_at", "") > stored.get("confirmed_at", ""))


def _consents(sponsor: str, stored: Row) -> bool:
    return stored["state"] == SignatureState.CONFIRMED and sponsor in stored.get("consents", ())


def told(request: ExportRequest, stored: Row) -> dict[str, Any]:
    """What a row says of a stored signature, by column; custom answers under `custom`."""
    if request.delivery:
        return {"name": _shown_name(stored)}
    if is_tombstone(request, stored):
        kept = {name: stored[name] for name in ("signed_at", "withdrawn_at", "changed_at") if name in stored}
        return {"id": stored["sk"], "state": str(SignatureState.WITHDRAWN), **kept}
    row = {name: stored[name] for name in TOLD if name in stored}
    consents = row.get("consents", ())
    row["consents"] = [one for one in consents if request.sponsor in ("", one)]
    row.update(stored.get("utm", {}))
    row["public"] = bool(stored.get("public"))
    return {"id": stored["sk"], **row}


TOLD = (
    "state",
    *TIMES,
    "day",
    "email",
    *OSDI_FIELDS,
    "custom",
    "language",
    "consents",
    "source",
    "referrer",
    "text_version",
)


def _shown_name(stored: Row) -> str:
    person = f"{stored.get('given_name', '')} {stored.get('family_name', '')}".strip()
    return str(person or stored.get("organization", ""))


class Writer:
    """Turns stored signatures into the bytes of one format, many at a time."""

    def __init__(self, request: ExportRequest, names: Sequence[str]) -> None:
        self._request = request
        self._names = names
        self._own = [name.removeprefix("custom.") for name in names if name.startswith("custom.")]

    def head(self) -> bytes:
        """What stands before the first row."""
        if self._request.format is ExportFormat.NDJSON:
            return b""
        return ((BOM if self._request.bom else "") + ",".join(self._names) + "\r\n").encode()

    def rows(self, stored: Iterable[Row]) -> bytes:
        """Rows, each with its line end."""
        rows = (told(self._request, one) for one in stored)
        if self._request.format is ExportFormat.NDJSON:
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        sheet = io.StringIO()
        csv.writer(sheet).writerows(map(self._cells, rows))
        return sheet.getvalue().encode()

    def _cells(self, row: dict[str, Any]) -> list[str]:
        custom = row.pop("custom", None)
        if custom:
            row.update((f"custom.{name}", custom[name]) for name in self._own if name in custom)
            rest = {name: value for name, value in custom.items() if name not in self._own}
            row["custom"] = json.dumps(rest, ensure_ascii=False) if rest else ""
        return [_cell(row.get(name, "")) for name in self._names]


def _cell(value: object) -> str:
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if isinstance(value, list):
        return " ".join(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not PHONE.fullmatch(text) else text


def share_done(buckets: int, bucket: int, after: str) -> float:
    """How much of a walk over all buckets is done, 0 to 1: ids are spread evenly, so a place in the order says it."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"  # base32, which sorts digits first
    order = sorted(letters)
    within = 0.0
    for place, letter in enumerate(after[:3], start=1):
        within += order.index(letter) / len(order) ** place if letter in letters else 0
    return round(min(1.0, (bucket + within) / buckets), 4)
