"""What the cells of each column hold, for files whose cells have types: text, unless it says otherwise here."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    Cell = str | int | date | datetime | None


class ColumnKind(Enum):
    """How a spreadsheet shows a column."""

    TEXT = auto()
    MOMENT = auto()
    DAY = auto()
    NUMBER = auto()


KINDS = {
    "signed_at": ColumnKind.MOMENT,
    "confirmed_at": ColumnKind.MOMENT,
    "withdrawn_at": ColumnKind.MOMENT,
    "changed_at": ColumnKind.MOMENT,
    "expires_at": ColumnKind.MOMENT,
    "updates_at": ColumnKind.MOMENT,
    "hidden_at": ColumnKind.MOMENT,
    "day": ColumnKind.DAY,
    "text_version": ColumnKind.NUMBER,
}


def kind_of(column: str) -> ColumnKind:
    """The kind of the column with this key."""
    return KINDS.get(column, ColumnKind.TEXT)


def local_moment(text: str, zone: ZoneInfo) -> str:
    """A stored moment as a spreadsheet takes it for a time, by the clocks of `zone`: `2026-11-23 07:00:00`."""
    return datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None).isoformat(" ", "seconds")


def typed(text: str, kind: ColumnKind, zone: ZoneInfo) -> Cell:
    """The value in a cell that is `text` in a CSV; None for an empty one. Spreadsheets know no zones: times are those of `zone`."""
    if not text or kind is ColumnKind.TEXT:
        return text or None
    if kind is ColumnKind.NUMBER:
        return int(text)
    if kind is ColumnKind.DAY:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None)
