"""Timestamps as they are stored and sent: ISO 8601 in UTC, sortable as text."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

# A moment with its UTC offset (RFC 3339); seconds may be left out.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
# Far from the ends of what dates can hold: zones and durations are added to them.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")


def stamp(moment: datetime) -> str:
    """`moment` as it is stored: in UTC, sortable, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_stamp(text: str | None) -> datetime | None:
    """The time that `stamp` wrote; None for an empty text."""
    return datetime.fromisoformat(text) if text else None


def read_stored_moment(text: str | None) -> datetime | None:
    """The time in a stored document, brought within 2000 to 2200: earlier releases took any, and times are added to it."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return min(max(moment.replace(tzinfo=moment.tzinfo or UTC), EARLIEST), LATEST)


def read_moment(text: str) -> datetime | None:
    """The moment that somebody wrote with its UTC offset, between 2000 and 2200; None for anything else."""
    text = text.upper()
    if not MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if EARLIEST <= moment < LATEST else None


def read_day(text: str) -> date | None:
    """The date in `2026-11-23`, from 2000 to 2999; None for anything else, because earlier years are typing errors."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
