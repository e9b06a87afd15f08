"""Removes pictures that no campaign shows any more, a day after that was first seen: pages in caches may still show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.services.containment import contained

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.campaigns.campaigns import Campaigns
    from chalicelib.storage.pictures.picture_files import PictureFiles, StoredPicture

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnusedPictures:
    """One look at every picture and every campaign."""

    campaigns: Campaigns
    files: PictureFiles
    clock: Callable[[], datetime]

    def remove(self, has_time: Callable[[], bool]) -> bool:
        """Marks what nothing shows, and removes what was marked for a day. Returns False when it had no time for all.

        Nothing is removed while a campaign cannot be read: it may show any of them.
        """
        stored, unreadable = list(self.files.list()), list[str]()
        used = (
            {picture for summary in self.campaigns.list(unreadable) for picture in summary.pictures}
            if stored
            else set()
        )
        for one in stored:
            if not has_time():
                return False
            with contained("pictures"):
                self._look_at(one, is_used=one.id in used or bool(unreadable))
        return True

    def _look_at(self, one: StoredPicture, *, is_used: bool) -> None:
        if is_used:
            if one.unused_since:
                self.files.unmark(one.id)
        elif one.unused_since is None:
            self.files.mark_unused(one.id)
        # Looked for again: whoever begins to use it takes the mark away first.
        elif self.clock() > one.unused_since + KEPT and self.files.is_marked(one.id):
            self.files.delete(one)
