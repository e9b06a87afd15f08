"""What an export contains: which signatures, in which columns, safe in a spreadsheet. It does no input or output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.domain.exports import sponsor_rows
from chalicelib.domain.exports.row_attributes import (
    COMMENT_COLUMN,
    HIDDEN_COLUMN,
    INTERNAL_ATTRIBUTES,
    NOT_FOR_SPONSORS,
    REGION_COLUMN,
    STORED_ATTRIBUTES,
    TEXT_COLUMNS,
    TIMESTAMPS,
    UPDATES_COLUMNS,
)
from chalicelib.domain.exports.sponsor_rows import COUNTED_STATES
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS, display_name
from chalicelib.domain.signatures.public_comments import state_of_stored
from chalicelib.domain.signatures.signature import STUB_DAYS, SignatureState
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.exports.packets import PacketOptions

    Row = Mapping[str, Any]
    # The title of a statement, by version and language.
    Titles = Mapping[tuple[int, str], str]

ANY_STATE = "any"
# A spreadsheet takes a million rows, but opens so many in minutes; and the file is built in one go, before Lambda's end.
MAX_WORKBOOK_ROWS = 200_000
# The stub of a withdrawn signature lives a day longer: with an older `since`, an export would miss withdrawals.
MAX_SINCE_AGE = timedelta(days=STUB_DAYS - 1)
BOM = "\ufeff"
YES_NO = ("no", "yes")


class ExportFormat(StrEnum):
    """How rows are written."""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"


class Separator(StrEnum):
    """What stands between the cells of a CSV."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"


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
    `language` is that of an XLSX's titles and of the names of regions, empty for English; `time_zone` that of the times in a file for spreadsheets, empty where they
    are in UTC. `delivery` writes only the names of those who agreed to be shown. `bom` begins a CSV with the mark by which spreadsheet
    programs recognise UTF-8. With `packet` it is no list but what is handed over, and nothing else here says anything.
    """

    format: ExportFormat
    state: str = ""
    since: str = ""
    sponsor: str = ""
    delivery: bool = False
    bom: bool = False
    language: str = ""
    time_zone: str = ""
    separator: Separator = Separator.COMMA
    packet: PacketOptions | None = None


def download_name(campaign: str, request: ExportRequest, local: datetime) -> str:
    """What the file is called when it is saved, without its ending: of which campaign, whose, what, and when by local time."""
    what = "packet" if request.packet else "names" if request.delivery else request.state
    parts = [campaign, request.sponsor, what, "changes" if request.since else "", f"{local:%Y-%m-%d-%H%M}"]
    return "-".join(filter(None, parts))


def columns(campaign: Campaign, request: ExportRequest, earlier: Sequence[str] = ()) -> list[str]:
    """The columns of a CSV in order: fixed ones, the campaign's custom fields, and one for those of earlier forms.

    Those of an `earlier` file keep their places, also where the form has dropped their field; new ones come last.
    """
    if request.delivery:
        return ["name"]
    custom = [field.name for field in campaign.fields if field.is_custom]
    fixed = ["id", "state", *TIMESTAMPS, "day", "email", *PERSON_FIELDS]
    asked = ["language", "public", "consents", "source", "referrer"]
    now = [
        *fixed,
        *custom,
        "custom",
        *asked,
        *UTM,
        *TEXT_COLUMNS,
        "expires_at",
        *UPDATES_COLUMNS,
        HIDDEN_COLUMN,
        COMMENT_COLUMN,
        REGION_COLUMN,
    ]
    return list(dict.fromkeys((*earlier, *now)))


def row_filter(request: ExportRequest, epoch: int) -> Callable[[Row], bool]:
    """A test for which stored signatures belong in the export; `epoch` is now, in seconds since 1970."""
    states = _states(request)

    def is_wanted(stored: Row) -> bool:
        if 0 < stored.get("expires_at", 0) <= epoch:
            return False
        if request.delivery and not _is_handed_over(stored):
            return False
        if request.sponsor:
            return sponsor_rows.is_wanted(request.sponsor, request.since, states, stored)
        is_recent = not request.since or stored.get("changed_at", stored["signed_at"]) >= request.since
        if stored["state"] in states:
            return is_recent
        return bool(request.since) and _left_at(request, stored) >= request.since

    return is_wanted


def _is_handed_over(stored: Row) -> bool:
    """True for a name that its signer agreed to show, and that no organiser hides."""
    return bool(stored.get("public") and display_name(stored)) and HIDDEN_COLUMN not in stored


def _left_at(request: ExportRequest, stored: Row) -> str:
    """When a signature last stopped being one of those that were asked for, if it ever was within 30 days; else empty."""
    # What an earlier release left of a withdrawal says nothing of states.
    if stored["state"] == SignatureState.WITHDRAWN and "round" not in stored:
        return str(stored.get("changed_at", ""))
    left: Mapping[str, str] = stored.get("left_states", {})
    return max((moment for state, moment in left.items() if request.state in ("", state)), default="")


def _states(request: ExportRequest) -> frozenset[str]:
    if request.state == ANY_STATE:
        return frozenset(COUNTED_STATES if request.sponsor else SignatureState)
    if request.state:
        return frozenset({request.state})
    return frozenset(COUNTED_STATES)


def is_tombstone(request: ExportRequest, stored: Row) -> bool:
    """True for a row that only says that this signature is no longer one of those asked for, and is to be taken out.

    To a sponsor, this is everybody who does not consent to it any more.
    """
    state = stored["state"]
    if request.sponsor:
        is_asked_for = request.state in ("", ANY_STATE, state)
        return not (is_asked_for and sponsor_rows.consents(request.sponsor, stored))
    if state == SignatureState.WITHDRAWN:
        return True
    if request.state == ANY_STATE:
        return False
    return bool(state != request.state if request.state else state == SignatureState.PENDING)


def json_row(
    request: ExportRequest, stored: Row, titles: Titles, region_name: Callable[[str], str] = str
) -> dict[str, Any]:
    """A stored signature as a row of NDJSON, without empty values; `region_name` is what to call a stored region."""
    if request.delivery:
        return {"name": display_name(stored)}
    if is_tombstone(request, stored):
        return {"id": stored["sk"], **tombstone_facts(request, stored)}
    row = {name: stored[name] for name in STORED_ATTRIBUTES if name in stored and name not in INTERNAL_ATTRIBUTES}
    row |= stored.get("utm", {})
    if request.sponsor:
        row["consents"] = [request.sponsor]
        row = {name: value for name, value in row.items() if name not in NOT_FOR_SPONSORS}
    else:
        row["updates"] = "updates_at" in stored
        row |= {COMMENT_COLUMN: state} if (state := state_of_stored(stored)) else {}
    if title := title_of(stored, titles):
        row["text_title"] = title
    if expires_at := expires_at_of(stored):
        row["expires_at"] = expires_at
    if "region" in stored:
        row[REGION_COLUMN] = region_name(stored["region"])
    return {"id": stored["sk"], **row, "public": bool(stored.get("public"))}


def expires_at_of(stored: Row) -> str:
    """Until when it is there at most, as it stands; empty for one that counts."""
    epoch = stored.get("expires_at", 0)
    return stamp(datetime.fromtimestamp(epoch, UTC)) if epoch else ""


def title_of(stored: Row, titles: Titles) -> str:
    """The title of the statement that a signature was given to."""
    return titles.get((stored.get("text_version", 0), stored.get("language", "")), "")


def tombstone_facts(request: ExportRequest, stored: Row) -> dict[str, Any]:
    """What a row says of a signature that is to be taken out, besides its id."""
    kept = {name: stored[name] for name in ("signed_at", "withdrawn_at", "changed_at") if name in stored}
    if request.sponsor:
        kept = sponsor_rows.tombstone(request.sponsor, stored)
    elif stored["state"] != SignatureState.WITHDRAWN:
        left_at = _left_at(request, stored)
        kept = {"signed_at": stored["signed_at"], "withdrawn_at": left_at, "changed_at": left_at}
    elif request.state in (ANY_STATE, SignatureState.WITHDRAWN) and (expires_at := expires_at_of(stored)):
        kept["expires_at"] = expires_at
    return {"state": str(SignatureState.WITHDRAWN), **kept}
