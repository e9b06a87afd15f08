"""Sheets of paper signatures: read, looked at, entered in batches, listed, and undone within a day."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.problems import with_messages
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields, MalformedBody, NotFound
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.api.admin.descriptions import paper_sheets as body_types
    from chalicelib.domain.errors import FieldError
    from chalicelib.domain.paper.people import People
    from chalicelib.domain.signatures.paper_sheets import PaperSheet
    from chalicelib.services.paper.paper_sheets import RowResult

paper_sheets = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/sheets"
# A file of 500 KB, in base64; and fifty rows with long answers.
MAX_FILE_BYTES, MAX_ROWS_BYTES = 700 * 1024, 3 * 1024 * 1024
MAX_FILE_NAME, MAX_ID = 255, 64


@route(paper_sheets, f"{ALL}/read", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def read_sheet(campaign: str) -> Response:
    """Reads a sheet that was saved as CSV; nothing is stored."""
    from chalicelib.domain.paper.cells import DayOrder

    current_key(Role.ORGANIZER, campaign)
    asked = _asked({"content", "name", "days"}, most_bytes=MAX_FILE_BYTES)
    content, name, days = asked.get("content"), asked.get("name", ""), asked.get("days", "")
    if not isinstance(content, str):
        raise InvalidFields.one("content", "missing")
    if not isinstance(name, str) or len(name) > MAX_FILE_NAME:
        raise InvalidFields.one("name", "too_long", limit=MAX_FILE_NAME)
    if days not in list(DayOrder):
        raise InvalidFields.one("days", "not_an_option", options=", ".join(filter(None, DayOrder)))
    try:
        file = b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidFields.one("content", "sheet_not_text") from None
    return json_response(_people(wiring().paper_sheets.read(campaign, file, name, DayOrder(days))))


def _people(people: People) -> body_types.SheetReading:
    unclear = people.unclear_day
    return {
        "columns": [{"letters": one.letters, "title": one.title, "field": one.field} for one in people.columns],
        "unclear_day": (
            {"row": unclear.row, "day_first": unclear.day_first, "month_first": unclear.month_first}
            if unclear
            else None
        ),
        "rows": [
            {
                "row": one.number,
                "values": dict(one.values),
                "errors": _errors(one.errors),
                "alike_row": one.alike_row,
            }
            for one in people.rows
        ],
    }


@route(paper_sheets, f"{ALL}/check", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def check_rows(campaign: str) -> Response:
    """Says what entering up to 50 rows would do; nothing is stored."""
    current_key(Role.ORGANIZER, campaign)
    results = wiring().paper_sheets.check(campaign, _rows(_asked({"rows"}, most_bytes=MAX_ROWS_BYTES)))
    body: body_types.CheckedRows = {"rows": list(map(_result, results))}
    return json_response(body)


@route(paper_sheets, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def enter_rows(campaign: str) -> Response:
    """Enters up to 50 rows; what was entered before changes nothing."""
    key = current_key(Role.ORGANIZER, campaign)
    asked = _asked({"rows", "sheet"}, most_bytes=MAX_ROWS_BYTES)
    sheet = asked.get("sheet", "")
    if not isinstance(sheet, str):
        raise InvalidFields.one("sheet", "not_text")
    if len(sheet) > MAX_ID:
        raise NotFound
    batch = wiring().paper_sheets.enter(campaign, _rows(asked), sheet, key)
    body: body_types.EnteredRows = {"sheet": batch.sheet, "rows": list(map(_result, batch.results))}
    return json_response(body)


@route(paper_sheets, ALL, "GET", role=Role.ORGANIZER)
def list_sheets(campaign: str) -> Response:
    """Lists the sheets entered in the last 30 days, newest first."""
    body: body_types.Sheets = {"sheets": [_sheet(one) for one in wiring().paper_sheet_undo.recent(campaign)]}
    return json_response(body)


def _sheet(record: PaperSheet) -> body_types.Sheet:
    can_be_undone = wiring().now() < record.undo_until and not record.is_over
    return {
        "id": record.id,
        "key": record.key,
        "begun_at": stamp(record.begun_at),
        "signatures": record.signatures,
        "undone": record.undone,
        "undone_at": stamp(record.undone_at) if record.undone_at else None,
        "undo_until": stamp(record.undo_until) if can_be_undone else None,
    }


@route(paper_sheets, f"{ALL}/{{id}}/undo", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def undo_sheet(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Takes back up to 50 signatures of a sheet; `cursor` says where to continue."""
    key, asked = current_key(Role.ORGANIZER, campaign), _asked({"cursor"}, most_bytes=bodies.MAX_BYTES)
    if len(id) > MAX_ID:
        raise NotFound
    cursor = asked.get("cursor", "")
    if not isinstance(cursor, str):
        raise InvalidFields.one("cursor", "bad_cursor")
    batch = wiring().paper_sheet_undo.undo(campaign, id, cursor, key)
    body: body_types.UndoneRows = {"undone": batch.undone, "cursor": batch.cursor}
    return json_response(body)


def _asked(known: set[str], *, most_bytes: int) -> dict[str, Any]:
    asked = bodies.read_json(current_request().body, most_bytes=most_bytes)
    if not isinstance(asked, dict):
        raise MalformedBody
    if asked.keys() - known:
        raise InvalidFields.one("body", "unknown_field")
    return asked


def _rows(asked: dict[str, Any]) -> list[dict[str, Any]]:
    from chalicelib.services.paper.paper_sheets import BATCH_SIZE

    rows = asked.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidFields.one("rows", "not_a_list")
    if len(rows) > BATCH_SIZE:
        raise InvalidFields.one("rows", "too_many_entries", limit=BATCH_SIZE)
    return rows


def _result(result: RowResult) -> body_types.RowResult:
    return {
        "outcome": result.outcome,
        "errors": _errors(result.errors),
        "differs": list(result.differing),
    }


def _errors(errors: Iterable[FieldError]) -> list[body_types.RowError]:
    worded = with_messages(errors, current_request().language)
    return [{"field": one.field, "code": one.code, "message": one.message} for one in worded]
