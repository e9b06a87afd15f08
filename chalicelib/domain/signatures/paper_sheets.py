"""A sheet of paper signatures entered together: how many came of it, and until when it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

UNDO_FOR = timedelta(days=1)
# What was begun in time may end after it.
MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSheet:
    """`key` is the id of the API key; how many `signatures` were entered in how many `batches`, and how many `undone` since.

    `is_over` once all of it was undone. `revision` says how often the record was written.
    """

    id: str
    campaign: str
    key: str
    begun_at: datetime
    signatures: int = 0
    batches: int = 0
    undone: int = 0
    undone_at: datetime | None = None
    is_over: bool = False
    revision: int = 1

    @property
    def undo_until(self) -> datetime:
        """Until when it goes on, and can be undone."""
        return self.begun_at + UNDO_FOR
