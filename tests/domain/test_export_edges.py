"""The edges of an export's cells, rows, parts and requests, value by value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.exports.column_kinds import ColumnKind, typed
from chalicelib.domain.exports.export_documents import parse
from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, json_row
from chalicelib.domain.exports.gzip_parts import HEADER, GzipPart, GzipState
from chalicelib.domain.exports.progress import fraction_done
from chalicelib.domain.exports.row_writer import RowWriter
from tests.kit.factories import a_campaign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMA = ZoneInfo("America/Lima")
STORED: dict[str, Any] = {
    "sk": "abc", "state": "confirmed", "given_name": "Ana", "family_name": "Paz", "public": True, "country": "PE",
    "text_version": 1, "utm": {"utm_source": "x"}, "expires_at": 5, "custom": {"chapter": "Lima"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("", ColumnKind.TEXT, None),
        ("", ColumnKind.NUMBER, None),
        ("", ColumnKind.MOMENT, None),
        ("00123", ColumnKind.TEXT, "00123"),
        ("2026-11-23", ColumnKind.TEXT, "2026-11-23"),
        ("17", ColumnKind.NUMBER, 17),
        ("2026-11-23", ColumnKind.DAY, date(2026, 11, 23)),
        ("2026-11-23T03:00:00.000000Z", ColumnKind.MOMENT, datetime(2026, 11, 22, 22, 0)),  # noqa: DTZ001 - as the sheet has it
    ],
)
def test_a_cell_has_the_type_of_its_column(text: str, kind: ColumnKind, cell: object) -> None:
    assert typed(text, kind, LIMA) == cell


def test_a_line_of_json_names_no_attribute_that_is_only_ours() -> None:
    row = json_row(ExportRequest(format=ExportFormat.NDJSON), STORED, {})
    assert row.keys() & {"sk", "pk", "utm", "round", "left_states", "left_sponsors"} == set()
    assert (row["id"], row["public"], row["utm_source"], row["country"]) == ("abc", True, "x", "PE")


def test_a_line_of_json_for_a_delivery_is_a_name_and_nothing_else() -> None:
    request = ExportRequest(format=ExportFormat.NDJSON, delivery=True)
    assert json_row(request, STORED, {}) == {"name": "Ana Paz"}


def test_where_every_answer_has_its_column_the_one_for_others_is_empty() -> None:
    names = ("id", "public", "custom.chapter", "custom")
    writer = RowWriter(ExportRequest(format=ExportFormat.CSV), names, {})
    assert writer.cells(STORED) == ["abc", "yes", "Lima", ""]
    other = {**STORED, "custom": {"chapter": "Lima", "old": "Cusco"}}
    assert writer.cells(other) == ["abc", "yes", "Lima", '{"old": "Cusco"}']


def test_only_the_first_part_has_the_head_and_its_length() -> None:
    assert (GzipPart(GzipState()).length, GzipPart(GzipState(1, 1)).length) == (len(HEADER), 0)


def test_a_scan_that_is_through_is_done_and_not_more() -> None:
    assert fraction_done(4, 4, "") == 1.0
    assert fraction_done(4, 4, "zzz") == 1.0
    assert 0.75 < fraction_done(4, 3, "mmm") < 1.0


def test_files_for_people_have_times_of_the_campaigns_zone_and_only_a_spreadsheet_a_language() -> None:
    campaign = a_campaign(time_zone="America/Lima")
    sheet = parse({"format": "xlsx"}, campaign, NOW, "es")
    assert (sheet.time_zone, sheet.language) == ("America/Lima", "es")
    plain = parse({"format": "csv"}, campaign, NOW, "es")
    assert (plain.time_zone, plain.language) == ("America/Lima", ""), "the same request in every language"
    for asked in ({"format": "ndjson"}, {"format": "csv", "bom": False}):
        for_programs = parse(asked, campaign, NOW, "es")
        assert (for_programs.time_zone, for_programs.language) == ("", "")


def test_changes_are_remembered_for_29_days_to_the_second() -> None:
    def since(age: timedelta) -> ExportRequest:
        moment = (NOW - age).isoformat()
        return parse({"format": "csv", "since": moment}, a_campaign(), NOW, "en")

    assert since(timedelta(days=29)).since == "2026-10-25T12:00:00.000000Z"
    with pytest.raises(InvalidFields) as refusal:
        since(timedelta(days=29, seconds=1))
    assert [(fault.field, fault.code) for fault in refusal.value.errors] == [("since", "too_old")]
