"""Timestamps as they are stored and sent: ISO 8601 in UTC, sortable as text."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """A time as it is stored: UTC, sortable, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str | None) -> datetime | None:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(text) if text else None
