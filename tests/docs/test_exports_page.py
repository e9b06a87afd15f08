"""docs/exports.md explains each column that an export has, with the type that the code gives it, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.domain.exports.column_kinds import ColumnKind, kind_of
from chalicelib.domain.exports.export_rows import MAX_WORKBOOK_ROWS, ExportFormat, ExportRequest, columns
from chalicelib.i18n.column_words import column_title
from chalicelib.i18n.languages import ORGANISERS_LANGUAGES
from tests.kit.factories import a_campaign

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z0-9_.<>]+)` \| (text|number|date|date and time) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
CSV = ExportRequest(format=ExportFormat.CSV)
KINDS = {
    ColumnKind.TEXT: "text",
    ColumnKind.NUMBER: "number",
    ColumnKind.DAY: "date",
    ColumnKind.MOMENT: "date and time",
}


def test_every_column_is_explained_in_its_place() -> None:
    campaign = a_campaign(fields=[{"name": "custom.chapter", "type": "text", "label": {"en": "Chapter"}}])
    delivered = columns(campaign, ExportRequest(format=ExportFormat.CSV, delivery=True))
    expected = [*columns(campaign, CSV), *delivered]
    assert [name.replace("custom.<name>", "custom.chapter") for name, *_ in ROWS] == expected


def test_every_column_has_the_type_that_the_file_gives_it() -> None:
    assert {name: kind for name, kind, *_ in ROWS} == {name: KINDS[kind_of(name)] for name, *_ in ROWS}


@pytest.mark.parametrize("language", ORGANISERS_LANGUAGES)
def test_every_column_has_a_title_of_its_own(language: str) -> None:
    names = [name for name, *_ in ROWS if name != "name" and "<" not in name]
    titles = {name: column_title(name, language) for name in names}
    assert [name for name, title in titles.items() if not title] == []
    assert len(set(titles.values())) == len(names)


def test_every_format_and_the_limit_are_named() -> None:
    assert re.findall(r"^\| `([a-z]+)` \| (?:people|programs)", PAGE, re.MULTILINE) == list(ExportFormat)
    assert f"{MAX_WORKBOOK_ROWS:,} rows" in PAGE
