"""Remembers how far a long job came today, so that the next run continues there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from chalicelib.storage.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Positions in the Registry table."""

    table: Table

    def get(self, job: str, day: str) -> str:
        """The last position that `job` finished on `day`, or the empty string."""
        item = self.table.get(*item_keys.checkpoint_key(job)) or {}
        return str(item.get("position", "")) if item.get("day") == day else ""

    def set(self, job: str, day: str, position: str) -> None:
        """Records that `job` finished `position`."""
        values = {":day": day, ":position": position}
        self.table.update(*item_keys.checkpoint_key(job), "SET #day = :day, #position = :position", values=values)
