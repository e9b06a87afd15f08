"""What LibreOffice makes of our files: no cell of a CSV is calculated, whatever it splits lines at; an XLSX is as it was typed."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest
from chalicelib.domain.exports.row_writer import RowWriter
from chalicelib.services.exports.workbook import Sheet, Workbook
from tools.libreoffice import find

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
COMMA, SEMICOLON, TAB = 44, 59, 9
SPANISH = 3082
COLUMNS = ("id", "public", "given_name", "comment", "phone")
HIDDEN = [
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "Perez;=1+1", "Perez;=1+1;x", 'Perez;"=1+1";x', "Perez; =1+1;", "one\n=1+1", "one\r\n=1+1;",
    "one\t=1+1\t", "one\r=1+1;x", '"=1+1";x', ";=1+1;", "\t=1+1", "\n=1+1\n", ";;+1+1;", "x;-1+1;", ";@SUM(1)", "=1+1;=2+2", "\uff1d1+1",
]  # fmt: skip
KEPT = [
    "00123",
    "1234567890123456",
    "9E3",
    "3/4/2025",
    "TRUE",
    "=1+1",
    "+51987654321",
    "NA",
    "Null",
    "one\ntwo",
    "<r>&</r>",
    "_x0041_",
]


def opened(file: Path, *how: str) -> Any:
    """The sheet that LibreOffice makes of `file`, with formulas evaluated as it opens."""
    soffice = find()
    assert soffice, "make office installs it"
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    target = file.parent / "opened"
    command = [soffice, "--headless", profile, *how, "--convert-to", "xlsx", "--outdir", str(target), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    (sheet,) = openpyxl.load_workbook(target / f"{file.stem}.xlsx").worksheets
    return sheet


def opened_csv(file: Path, separator: int) -> list[Any]:
    """Every cell that is not empty. As a program that evaluates formulas in a CSV, which LibreOffice does if it is told to."""
    options = f"CSV:{separator},34,76,1,,{SPANISH},false,true,false,false,false,0,true"
    return [cell for row in opened(file, f"--infilter={options}").iter_rows() for cell in row if cell.value is not None]


def a_csv(folder: Path, typed: list[str], **how: Any) -> Path:
    rows = RowWriter(ExportRequest(format=ExportFormat.CSV, bom=True), COLUMNS, {}, **how)
    stored = [{"sk": "a", "state": "confirmed", "given_name": one, "comment": f"x{one}"} for one in typed]
    (folder / "export.csv").write_bytes(rows.header() + rows.rows(stored))
    return folder / "export.csv"


@pytest.mark.parametrize("separator", [COMMA, SEMICOLON, TAB])
def test_nothing_is_calculated_whatever_lines_are_split_at(tmp_path: Path, separator: int) -> None:
    cells = opened_csv(a_csv(tmp_path, HIDDEN), separator)
    assert len(cells) > len(HIDDEN)
    assert [(cell.coordinate, cell.value) for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells if cell.value == 2] == []


@pytest.mark.parametrize(("separator", "least"), [(COMMA, 2), (SEMICOLON, 8), (TAB, 2)])
def test_without_apostrophes_it_would_be(tmp_path: Path, separator: int, least: int) -> None:
    """So that the test above could fail."""
    cells = opened_csv(a_csv(tmp_path, HIDDEN, as_cell=str), separator)
    assert len([cell for cell in cells if cell.data_type == "f"]) >= least


def test_accents_and_phone_numbers_are_read_as_they_are(tmp_path: Path) -> None:
    typed = [
        "José Ñandú",
        "+51 987 654 321",
        "+1 (212) 555-0100",
        "+34 91-123-45-67",
        "+51-987-654-321",
        "+plus@example.org",
    ]
    values = [cell.value for cell in opened_csv(a_csv(tmp_path, typed), COMMA)]
    assert values[0] == "id", "the mark is no text"
    assert set(typed) <= set(values)


def test_a_spreadsheet_file_opens_as_it_was_typed(tmp_path: Path) -> None:
    sheet = Sheet(
        name="peru",
        columns=("id", "signed_at", "comment"),
        titles=("Number", "Signed on", "Comment"),
        time_zone="America/Lima",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    with Workbook(tmp_path / "export.xlsx", sheet) as workbook:
        workbook.add(["abc", "2026-11-20T03:30:15.000000Z", one] for one in KEPT)
        workbook.close()
    found = opened(tmp_path / "export.xlsx")
    assert [(found.cell(row, 3).data_type, found.cell(row, 3).value) for row in range(3, 3 + len(KEPT))] == [
        ("s", one) for one in KEPT
    ]
    assert found["B3"].is_date
    assert found["B3"].value == datetime.fromisoformat("2026-11-19T22:30:15")
    assert found.auto_filter.ref == f"A2:C{2 + len(KEPT)}"
