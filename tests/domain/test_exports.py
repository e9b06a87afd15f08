"""Exports as bytes: one gzip stream in parts, rows that spreadsheets cannot be tricked with."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, Separator, columns, json_row, row_filter
from chalicelib.domain.exports.gzip_parts import GzipPart, GzipState
from chalicelib.domain.exports.progress import fraction_done
from chalicelib.domain.exports.row_writer import RowWriter
from tests.kit.factories import a_campaign

CSV = ExportRequest(format=ExportFormat.CSV)
LONG_AGO = 0


@given(st.lists(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=5), min_size=1, max_size=6))
def test_parts_laid_end_to_end_are_one_gzip_stream(parts: list[list[bytes]]) -> None:
    state, written = GzipState(), []
    for number, chunks in enumerate(parts, start=1):
        part = GzipPart(state)
        for chunk in chunks:
            part.add(chunk)
        content, state = part.finish(is_last=number == len(parts))
        written.append(content)
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)  # reads one member and says what is behind it
    assert reader.decompress(b"".join(written)) == b"".join(b"".join(chunks) for chunks in parts)
    assert reader.eof
    assert reader.unused_data == b""


def test_nothing_is_a_gzip_stream_too() -> None:
    content, _ = GzipPart(GzipState()).finish(is_last=True)
    assert gzip.decompress(content) == b""


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "pk": "peru#3",
        "sk": "abc",
        "state": "confirmed",
        "signed_at": "2026-11-20T10:00:00.000000Z",
        "confirmed_at": "2026-11-20T11:00:00.000000Z",
        "changed_at": "2026-11-20T11:00:00.000000Z",
        "email": "ana@example.org",
        "given_name": "Ana",
        **changes,
    }


def the_cells(row: dict[str, Any], request: ExportRequest = CSV) -> dict[str, str]:
    writer = RowWriter(request, columns(a_campaign(), request), {})
    text = (writer.header() + writer.rows([row])).decode()
    (cells,) = csv.DictReader(io.StringIO(text, newline=""))
    return cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_a_spreadsheet_would_calculate_is_quoted(start: str) -> None:
    assert the_cells(a_row(comment=f"{start}cmd|' /C calc'!A0"))["comment"].startswith("'" + start)


@pytest.mark.parametrize(
    "phone",
    [
        "+51 987 654 321",
        "+51987654321",
        "+1 (212) 555-0100",
        "+34 91-123-45-67",
        "\uff0b81 3 1234 5678",
        "00123",
        "+51-987-654-321",
        "+1 (555) 010-9999",
    ],
)
def test_a_phone_number_stays_as_it_was_typed(phone: str) -> None:
    assert the_cells(a_row(phone=phone))["phone"] == phone
    assert the_cells(a_row(comment=f"Call me;{phone}"))["comment"] == f"Call me;{phone}"


@pytest.mark.parametrize("address", ["+plus@example.org", "-minus@example.org", "+a.b+c-d_e@sub.example.org"])
def test_an_address_stays_as_it_was_typed(address: str) -> None:
    assert the_cells(a_row(email=address))["email"] == address


@pytest.mark.parametrize("address", ["=cmd|'/ccalc'!a@example.org", "+cmd|'/ccalc'!a@example.org", "-a=1@example.org"])
def test_an_address_that_could_call_something_is_quoted(address: str) -> None:
    assert the_cells(a_row(email=address))["email"] == f"'{address}"


@pytest.mark.parametrize("separator", ["semicolon", "tab"])
def test_a_file_without_commas_is_safe_in_a_program_that_splits_at_them(separator: str) -> None:
    request = ExportRequest(format=ExportFormat.CSV, separator=Separator(separator))
    stored = a_row(comment="nice, =HYPERLINK(A1),=1+1,bye", given_name='a,"=1+1"')
    line = (
        RowWriter(request, ["id", "state", "public", "consents", "given_name", "comment"], {}).rows([stored]).decode()
    )
    cells = [cell.strip(' "') for row in csv.reader(io.StringIO(line)) for cell in row]
    assert [cell for cell in cells if cell[:1] in "=+-@" and cell] == []


@pytest.mark.parametrize("phone", ["+51+A1", "+51 987 654+A1", "-51 987 654 321", "+51 1-2=3"])
def test_what_only_looks_like_a_phone_number_is_quoted(phone: str) -> None:
    assert the_cells(a_row(phone=phone))["phone"] == f"'{phone}"


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("Perez;=1+1", "Perez;'=1+1"),
        ("Perez; =1+1;-2", "Perez; '=1+1;'-2"),
        ('Perez;"=1+1";', 'Perez;"\'=1+1";'),
        ("one\n=1+1", "one\n'=1+1"),
        ("one\r\n@SUM(A1)", "one\r\n'@SUM(A1)"),
        ("one\t\uff1d1+1", "one\t'\uff1d1+1"),
        ("one\r\r+1", "one\r\r'+1"),
        (" =1+1", " '=1+1"),
        ('"=1+1', "\"'=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("1 + 1 = 2; that is all", "1 + 1 = 2; that is all"),
        ("a-b;c@d", "a-b;c@d"),
    ],
)
def test_a_formula_hidden_behind_another_programs_separator_is_quoted(typed: str, cell: str) -> None:
    """Spanish Excel splits lines at semicolons, and leaves quotes in the middle of a cell alone."""
    assert the_cells(a_row(given_name=typed, custom={"chapter": typed, "old": "x"}))["given_name"] == cell
    assert the_cells(a_row(custom={"chapter": typed}))["custom.chapter"] == cell
    assert the_cells(a_row(utm={"utm_source": typed}))["utm_source"] == cell


def test_own_fields_are_columns_and_forgotten_ones_are_not_lost() -> None:
    cells = the_cells(a_row(custom={"chapter": "Lima", "shoe": "41"}))
    assert cells["custom.chapter"] == "Lima"
    assert json.loads(cells["custom"]) == {"shoe": "41"}


def test_a_comment_with_lines_and_quotes_stays_one_cell() -> None:
    assert the_cells(a_row(comment='one\n"two", three'))["comment"] == 'one\n"two", three'


@pytest.mark.parametrize("public", [True, False])
def test_a_paper_signature_without_an_address_says_whether_its_name_may_be_shown(public: bool) -> None:
    row = {name: value for name, value in a_row(state="external", public=public).items() if name != "email"}
    assert the_cells(row)["public"] == ("yes" if public else "no")


def test_a_withdrawn_row_says_nothing_but_that() -> None:
    cells = the_cells(a_row(state="withdrawn", withdrawn_at="2026-11-21T00:00:00.000000Z"))
    kept = {name for name, value in cells.items() if value}
    assert kept == {"id", "state", "signed_at", "withdrawn_at", "changed_at"}


def test_a_sponsor_reads_of_its_own_consent_alone() -> None:
    request = ExportRequest(format=ExportFormat.CSV, sponsor="wbw")
    assert the_cells(a_row(consents=["cidydh", "wbw"]), request)["consents"] == "wbw"
    assert the_cells(a_row(consents=["cidydh", "wbw"]))["consents"] == "cidydh wbw"


def test_a_delivery_holds_names_alone() -> None:
    request = ExportRequest(format=ExportFormat.CSV, delivery=True)
    assert the_cells(a_row(public=True, family_name="Quispe"), request) == {"name": "Ana Quispe"}
    assert the_cells(a_row(public=True, given_name="", organization="Club"), request) == {"name": "Club"}
    assert not row_filter(request, LONG_AGO)(a_row())


@pytest.mark.parametrize(
    ("request_", "row", "wanted"),
    [
        (CSV, a_row(), True),
        (CSV, a_row(state="pending"), False),
        (CSV, a_row(state="withdrawn"), False),
        (ExportRequest(format=ExportFormat.CSV, state="pending"), a_row(state="pending"), True),
        (ExportRequest(format=ExportFormat.CSV, state="pending"), a_row(state="pending", expires_at=5), False),
        (ExportRequest(format=ExportFormat.CSV, state="any"), a_row(state="withdrawn"), True),
        (ExportRequest(format=ExportFormat.CSV, sponsor="wbw"), a_row(consents=["wbw"]), True),
        (ExportRequest(format=ExportFormat.CSV, sponsor="wbw"), a_row(consents=["cidydh"]), False),
        (ExportRequest(format=ExportFormat.CSV, sponsor="wbw", state="pending"), a_row(consents=["wbw"]), False),
    ],
)
def test_only_what_was_asked_for_is_taken(request_: ExportRequest, row: dict[str, Any], wanted: bool) -> None:
    assert row_filter(request_, 10)(row) is wanted


def test_changes_since_a_moment_bring_what_was_taken_back() -> None:
    since = ExportRequest(format=ExportFormat.CSV, since="2026-11-21T00:00:00.000000Z")
    later = "2026-11-22T00:00:00.000000Z"
    assert not row_filter(since, 1)(a_row())
    assert row_filter(since, 1)(a_row(changed_at=later))
    assert row_filter(since, 1)(a_row(state="withdrawn", changed_at=later))


SINCE, LEFT = "2026-11-21T00:00:00.000000Z", "2026-11-22T00:00:00.000000Z"
EARLIER, LATER = "2026-11-20T00:00:00.000000Z", "2026-11-23T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("row", "in_changes", "in_whole", "among_who_left"),
    [
        # (state, consents, who left and when), then the states for which a sponsor's export of changes holds it, those for
        # which a whole one does, and whether one of who left does
        (("confirmed", ["wbw"], {}), ["", "any", "confirmed"], ["", "any", "confirmed"], False),
        (("confirmed", ["wbw"], {"wbw": EARLIER}), ["", "any", "confirmed"], ["", "any", "confirmed"], False),
        (("confirmed", ["cidydh"], {"wbw": LEFT}), ["", "any", "confirmed", "external"], [], False),
        (("confirmed", ["cidydh"], {"wbw": EARLIER}), [], [], False),
        (("confirmed", [], {"cidydh": LEFT}), [], [], False),
        (("confirmed", [], {}), [], [], False),
        (("pending", ["wbw"], {}), [], [], False),
        (("pending", ["wbw"], {"wbw": LEFT}), ["", "any", "confirmed", "external"], [], False),
        (("external", ["wbw"], {}), ["", "any", "external"], ["", "any", "external"], False),
        (("external", ["wbw"], {"wbw": LEFT}), ["", "any", "confirmed", "external"], ["", "any", "external"], False),
        (("withdrawn", [], {}), [], [], False),
        (("withdrawn", [], {"cidydh": LEFT}), [], [], False),
        (("withdrawn", [], {"wbw": LEFT}), ["", "any", "confirmed", "external"], [], True),
        (("withdrawn", [], {"wbw": EARLIER}), [], [], True),
    ],
)
def test_a_sponsor_hears_of_who_consents_to_it_and_of_who_did(
    row: tuple[str, list[str], dict[str, str]], in_changes: list[str], in_whole: list[str], *, among_who_left: bool
) -> None:
    state, consents, left = row
    stored = a_row(state=state, consents=consents, left_sponsors=left, changed_at=LATER)

    def holds(**filters: Any) -> bool:
        return row_filter(ExportRequest(format=ExportFormat.CSV, sponsor="wbw", **filters), 1)(stored)

    asked = ("", "any", "confirmed", "external")
    assert [one for one in asked if holds(state=one, since=SINCE)] == in_changes
    assert [one for one in (*asked, "pending") if holds(state=one)] == in_whole
    assert holds(state="withdrawn") is among_who_left


@pytest.mark.parametrize("state", ["confirmed", "pending", "external", "withdrawn"])
def test_a_sponsor_learns_when_somebody_left_and_nothing_of_what_came_after(state: str) -> None:
    stored = a_row(state=state, consents=[], left_sponsors={"wbw": LEFT, "cidydh": LATER}, changed_at=LATER)
    if state == "withdrawn":
        stored["withdrawn_at"] = LATER
    of_sponsor = ExportRequest(format=ExportFormat.CSV, since=SINCE, sponsor="wbw")
    cells = {name: value for name, value in the_cells(stored, of_sponsor).items() if value}
    told = {"id": stored["sk"], "state": "withdrawn", "signed_at": stored["signed_at"]}
    told |= {"withdrawn_at": LEFT, "changed_at": LEFT}
    assert cells == told
    assert json_row(of_sponsor, stored, {}) == told


def test_who_left_is_in_no_row_of_its_own() -> None:
    stored = a_row(consents=["wbw"], left_sponsors={"cidydh": LEFT})
    for sponsor in ("", "wbw"):
        request = ExportRequest(format=ExportFormat.NDJSON, sponsor=sponsor)
        assert "left_sponsors" not in json_row(request, stored, {})


def test_progress_grows_with_the_place_in_the_order() -> None:
    ids = ["", "2zz", "7aa", "abc", "mno", "zzz"]
    shares = [fraction_done(16, bucket, after) for bucket in range(16) for after in ids]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert fraction_done(16, 16, "") == 1
