"""Counts as CSV, `group,label,count`, safe to open in a spreadsheet; loaded only when CSV is requested."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from chalicelib.domain.exports.spreadsheet_cells import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.api.admin.descriptions.counts import Counts

    Row = tuple[str, str, object]

# By which spreadsheet programs know that it is UTF-8.
BOM = "\ufeff"
HEAD = ("group", "label", "count")


def as_csv(counts: Counts) -> str:
    """Returns the same numbers as the JSON, one per row."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEAD)
    writer.writerows((group, safe_cell(label), number) for group, label, number in _rows(counts))
    return sheet.getvalue()


def _rows(counts: Counts) -> Iterator[Row]:
    yield from _labelled("signatures", counts["signatures"])
    yield from _labelled("withdrawn", counts["withdrawn"])
    yield "campaign", "external_count", counts["external_count"]
    yield "campaign", "public_count", counts["public_count"]
    yield "campaign", "goal", counts["goal"] if counts["goal"] is not None else ""
    yield from _labelled("funnel", counts["funnel"])
    yield from _labelled("held", counts["held"])
    yield from _labelled("flags", counts["flags"])
    if "growth" in counts:
        yield "growth", counts["growth"]["since"], counts["growth"]["confirmed"]
    for group, labels in cast("dict[str, dict[str, int]]", counts["by"]).items():
        yield from _labelled(group, labels)


def _labelled(group: str, labels: Mapping[str, object]) -> Iterator[Row]:
    yield from ((group, label, number) for label, number in labels.items())
