"""Cursors of lists of signatures: signed, for a week, and good for the list alone that they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Links, Purpose
from chalicelib.domain.errors import InvalidFields, LinkExpired, LinkInvalid
from chalicelib.storage.signatures.timeline import EARLIEST, TIME_RESOLUTION, TimelinePosition

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListCursors:
    """Makes and reads cursors; a list is named by its campaign and what it is a list of."""

    links: Callable[[], Links]
    clock: Callable[[], datetime]

    def make(self, position: TimelinePosition, campaign: str, contents: str) -> str:
        """A cursor that continues after `position`."""
        moment = f"{(position.signed_at - EARLIEST) // TIME_RESOLUTION:x}"
        parts = (campaign, contents, moment, str(position.bucket), position.id)
        return self.links().token(Purpose.CURSOR, *parts, now=self.clock())

    def read(self, cursor: str, campaign: str, contents: str) -> TimelinePosition:
        """The place that `cursor` names. Raises InvalidFields when it was altered, has expired or belongs to another list."""
        try:
            *list_, moment, bucket, signature = self.links().open(Purpose.CURSOR, cursor, now=self.clock())
        except (LinkInvalid, LinkExpired):
            raise InvalidFields.one("cursor", "bad_cursor") from None
        if list_ != [campaign, contents]:
            raise InvalidFields.one("cursor", "bad_cursor")
        return TimelinePosition(EARLIEST + int(moment, 16) * TIME_RESOLUTION, int(bucket), signature)
