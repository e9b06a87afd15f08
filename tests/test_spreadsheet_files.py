"""A spreadsheet file holds what people typed, unchanged and as text; times are times."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, columns
from chalicelib.domain.exports.row_writer import RowWriter
from chalicelib.services.exports.workbook import Sheet, Workbook
from tests.kit.factories import a_campaign

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell import Cell

COLUMNS = ("id", "signed_at", "day", "text_version", "comment")
XLSX = ExportRequest(format=ExportFormat.XLSX, language="en", time_zone="America/Lima")
# What a spreadsheet makes of these in a CSV: 123, 1.23E+15, 9000, a date, a truth value, numbers, formulas, a link.
CHANGED_BY_A_CSV = [
    "00123", "1234567890123456", "9E3", "3/4/2025", "TRUE", "1,5", "-7", "=1+1", "+51987654321", "@SUM(A1)", "NA", "Null",
    "https://example.org/a?b=c&d=e", "mailto:ana@example.org", "'quoted", " blank before", "blank behind ", "one\ntwo",
    "<r><t>x</t></r>", "<r>&</r>", "a\tb", "\u200fعربي", "日本語", "𝒜", "x" * 2000,
]  # fmt: skip


def a_sheet(**changes: Any) -> Sheet:
    facts = {"name": "peru", "columns": COLUMNS, "titles": [f"Title of {one}" for one in COLUMNS]}
    return Sheet(**{**facts, "time_zone": "America/Lima", "created_at": datetime(2026, 11, 23, tzinfo=UTC), **changes})


def written(path: Path, rows: list[list[str]], **changes: Any) -> Any:
    """The sheet that other programs read."""
    with Workbook(path, a_sheet(**changes)) as workbook:
        workbook.add(rows)
        workbook.close()
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return sheet


def a_row(comment: str = "") -> list[str]:
    return ["abc", "2026-11-20T03:30:15.250000Z", "2026-11-19", "3", comment]


@pytest.mark.parametrize("typed", CHANGED_BY_A_CSV)
def test_what_people_typed_is_there_as_text_and_unchanged(tmp_path: Path, typed: str) -> None:
    cell: Cell = written(tmp_path / "a.xlsx", [a_row(typed)])["E3"]
    assert (cell.data_type, cell.value, cell.number_format) == ("s", typed, "@")
    assert cell.hyperlink is None


@pytest.mark.parametrize("typed", ["one\r\ntwo", "one\rtwo"])
def test_a_line_ends_as_spreadsheets_end_it(tmp_path: Path, typed: str) -> None:
    assert written(tmp_path / "a.xlsx", [a_row(typed)])["E3"].value == "one\ntwo"


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), min_size=1, max_size=8)
)
def test_no_text_breaks_the_file_or_is_lost(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("sheet") / "a.xlsx"
    with Workbook(path, a_sheet()) as workbook:
        workbook.add(map(a_row, texts))
        workbook.close()
    with ZipFile(path) as packed:
        rows = ET.fromstring(packed.read("xl/worksheets/sheet1.xml")).findall(".//{*}row")  # noqa: S314 - our own
    assert len(rows) == len(texts) + 2
    assert all(cell.get("t") == "inlineStr" for row in rows[2:] for cell in row if str(cell.get("r")).startswith("E"))


def test_times_are_times_of_the_campaigns_zone(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [a_row()])
    assert sheet["B3"].is_date
    assert sheet["B3"].value == datetime.fromisoformat("2026-11-19T22:30:15.250")
    assert sheet["C3"].is_date
    assert sheet["C3"].value == datetime.fromisoformat("2026-11-19")
    assert (sheet["D3"].data_type, sheet["D3"].value) == ("n", 3)
    assert sheet["E3"].value is None


def test_the_head_is_frozen_and_filters_stand_on_the_keys(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [a_row("x"), a_row("y")])
    assert [cell.value for cell in sheet[1]] == [f"Title of {one}" for one in COLUMNS]
    assert [cell.value for cell in sheet[2]] == list(COLUMNS)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.max_row) == ("A3", "A2:E4", 4)


def test_a_sheet_of_nobody_opens(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", [], name="x" * 63, columns=("name",), titles=("Name",))
    assert (sheet.max_row, sheet.auto_filter.ref, sheet.title) == (2, "A2:A3", "x" * 31)


def test_equal_rows_make_equal_files(tmp_path: Path) -> None:
    """So that a file begun anew is no other file."""
    contents = []
    for name in ("a.xlsx", "b.xlsx"):
        written(tmp_path / name, [a_row("x")])
        with ZipFile(io.BytesIO((tmp_path / name).read_bytes())) as packed:
            contents.append({one: packed.read(one) for one in packed.namelist()})
    assert contents[0] == contents[1]


def test_rows_of_a_sheet_have_no_apostrophes() -> None:
    names = columns(a_campaign(), XLSX)
    stored = {
        "sk": "abc",
        "state": "confirmed",
        "signed_at": "x",
        "email": "a@example.org",
        "comment": "=1;=2",
        "public": True,
    }
    stored |= {
        "custom": {"chapter": "-1"},
        "utm": {"utm_source": "@x"},
        "consents": ["wbw", "cidydh"],
        "language": "es",
    }
    cells = dict(zip(names, RowWriter(XLSX, names, {(0, "es"): "+T"}, as_cell=str).cells(stored), strict=True))
    assert (cells["comment"], cells["custom.chapter"], cells["utm_source"], cells["text_title"]) == (
        "=1;=2",
        "-1",
        "@x",
        "+T",
    )
    assert (cells["public"], cells["consents"]) == ("yes", "wbw cidydh")
