"""Counts as CSV, `group,label,count,of`, safe to open in a spreadsheet; loaded only when CSV is requested.

`of` says what is counted: signatures as they are now, or how often something happened; all, or only those online.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from chalicelib.domain.exports.spreadsheet_cells import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.api.admin.descriptions.counts import Counts

    Row = tuple[str, str, object, str]

# By which spreadsheet programs know that it is UTF-8.
BOM = "\ufeff"
HEAD = ("group", "label", "count", "of")
NOW, TIMES, EVER = "signatures now", "times it happened", "signatures online ever"
ONLINE, THAT_COUNT, SHOWN = "signatures confirmed online", "signatures online and on paper", "signatures shown"
EVENTS = ("withdrawn", "expired")
# What a signer may leave out: how many did is a row, too.
OPTIONAL, NOT_GIVEN = ("country", "region", "source"), "(not given)"


def as_csv(counts: Counts) -> str:
    """Returns the same numbers as the JSON, one per row."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEAD)
    writer.writerows((group, safe_cell(label), number, of) for group, label, number, of in _rows(counts))
    return sheet.getvalue()


def _rows(counts: Counts) -> Iterator[Row]:
    totals = cast("dict[str, int]", counts["signatures"])
    yield from _labelled("signatures", {name: n for name, n in totals.items() if name not in EVENTS}, NOW)
    yield from _labelled("events", {name: totals[name] for name in EVENTS}, TIMES)
    yield from _labelled("withdrawn", counts["withdrawn"], TIMES)
    yield "updates", "want_updates", counts["want_updates"], ONLINE
    yield "comments", "comments_waiting", counts["comments_waiting"], THAT_COUNT
    yield "campaign", "external_count", counts["external_count"], "signatures counted elsewhere"
    yield "campaign", "public_count", counts["public_count"], SHOWN
    yield "campaign", "goal", counts["goal"] if counts["goal"] is not None else "", SHOWN
    yield from _labelled("funnel", counts["funnel"], EVER)
    yield from _labelled("held", counts["held"], NOW)
    yield from _labelled("flags", counts["flags"], NOW)
    if "growth" in counts:
        yield "growth", counts["growth"]["since"], counts["growth"]["confirmed"], ONLINE
    for group, labels in cast("dict[str, dict[str, int]]", counts["by"]).items():
        yield from _labelled(group, labels, THAT_COUNT if group == "sponsor" else ONLINE)
        if group in OPTIONAL and (labels or group != "region"):  # a campaign that asks for no region has no such rows
            yield group, NOT_GIVEN, totals["confirmed"] - sum(labels.values()), ONLINE


def _labelled(group: str, labels: Mapping[str, object], of: str) -> Iterator[Row]:
    yield from ((group, label, number, of) for label, number in labels.items())
