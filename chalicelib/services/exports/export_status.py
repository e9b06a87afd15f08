"""How far an export has come, and where its file is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.exports.export_rows import ExportState

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.exports.export_items import Export


@dataclass(frozen=True, slots=True)
class ExportLinks:
    """Where a finished file can be fetched for 15 minutes: as it is stored (gzip), and unpacked by a browser."""

    url: str
    browser_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStatus:
    """How far an export has come; `progress` goes from 0 to 1.

    Only a finished one has `links` and `file_until`, when the file is deleted. `cursor`, where the next export of changes
    continues, outlives the file.
    """

    export: Export
    state: ExportState
    progress: float
    file_until: datetime | None = None
    cursor: datetime | None = None
    links: ExportLinks | None = None

    @property
    def is_done(self) -> bool:
        """True while its file can be fetched."""
        return self.state is ExportState.DONE
