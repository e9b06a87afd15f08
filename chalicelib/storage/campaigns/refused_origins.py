"""Remembers which sites' forms were refused today, at most 20 for each campaign: hosts, never who used them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import date, datetime

    from chalicelib.storage.dynamodb.table import Table

MAX_ORIGINS = 20
KEPT = timedelta(days=2)
is_new_with_room = "attribute_not_exists(#origins) OR (size(#origins) < :most AND NOT contains(#origins, :origin))"


@dataclass(frozen=True, slots=True)
class RefusedOrigins:
    """The lists in the Registry table, one for each campaign and day (UTC)."""

    table: Table

    def add(self, campaign: str, origin: str, *, now: datetime) -> None:
        """Adds a site to today's list, in one write, unless it is there or the list is full."""
        values = {":origin": origin, ":one": [origin], ":none": [], ":most": MAX_ORIGINS}
        values[":until"] = int((now + KEPT).timestamp())
        try:
            self.table.update(
                *item_keys.refused_origins_key(campaign, _day(now).isoformat()),
                "SET #expires_at = :until, #origins = list_append(if_not_exists(#origins, :none), :one)",
                condition=is_new_with_room,
                values=values,
            )
        except ConditionFailed:
            return

    def find(self, campaign: str, *, now: datetime) -> list[str]:
        """The sites refused today and yesterday, by name."""
        days = (_day(now), _day(now) - timedelta(days=1))
        items = (self.table.get(*item_keys.refused_origins_key(campaign, day.isoformat())) for day in days)
        return sorted({origin for item in items if item for origin in item["origins"]})


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
