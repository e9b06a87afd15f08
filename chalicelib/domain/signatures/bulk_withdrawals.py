"""A withdrawal of many signatures by one organiser: what was asked for, what came of it, and until when it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

UNDO_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWithdrawal:
    """`filters` as they were asked for, `key` the id of the API key; how many `signatures` were withdrawn, and `restored` since.

    `revision` says how often it was written.
    """

    id: str
    campaign: str
    filters: Mapping[str, str]
    key: str
    begun_at: datetime
    signatures: int = 0
    restored: int = 0
    undone_at: datetime | None = None
    revision: int = 1

    @property
    def undo_until(self) -> datetime:
        """Until when it goes on, and can be undone; soon after that, what was kept is removed."""
        return self.begun_at + UNDO_FOR
