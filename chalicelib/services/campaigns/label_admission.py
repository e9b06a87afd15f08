"""Decides which sources get a counter of their own, so that strangers cannot make a tally grow without end.

A source that is counted already costs nothing; it never keeps a signer waiting for long and never refuses one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.counting.tallies import MAX_SOURCES, OTHER_SOURCE
from chalicelib.domain.errors import Unavailable
from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.storage.counting.labels import Labels

REMEMBERED_SECONDS = 600
# One that is admitted is counted within seconds, unless the stream is late; it keeps its records for a day.
UNCOUNTED_KEPT = timedelta(days=2)


@dataclass(slots=True)
class LabelAdmission:
    """Admits sources, up to 300 for a campaign."""

    labels: Labels
    clock: Callable[[], datetime]
    _admitted: Cache[str, frozenset[str]] = field(init=False)
    _full: Cache[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        self._admitted = Cache(REMEMBERED_SECONDS, self.clock)
        self._full = Cache(REMEMBERED_SECONDS, self.clock)

    def knows(self, campaign: str, tally: Tally, source: str) -> bool:
        """True when counting `source` adds no label, as far as this container knows: no call."""
        return not source or source in tally.sources or source in (self._admitted.find(campaign) or ())

    def admit(self, campaign: str, tally: Tally, source: str) -> str:
        """Returns what to count a signature from `source` under: its own label, or `other` if that is one too many.

        One write for a new one; none for one that is known, and none for ten minutes once there are 300.
        """
        if self.knows(campaign, tally, source):
            return source
        if len(tally.sources) > MAX_SOURCES or self._full.find(campaign):  # `other` is one more
            return OTHER_SOURCE
        today = self.clock().astimezone(UTC).date()
        try:
            admitted = self.labels.admit(campaign, source, known=len(tally.sources) - 1, today=today)
        except Unavailable:  # the signature matters more
            log.info("a new source could not be admitted", campaign=campaign)
            return OTHER_SOURCE
        self._admitted.put(campaign, admitted)
        if source in admitted:
            return source
        self._full.put(campaign, value=True)
        return OTHER_SOURCE

    def prune(self, campaign: str, tally: Tally) -> None:
        """Forgets the sources of which nobody is left, two days after they were admitted: a read, and at most a write."""
        counted = {name for name in tally.sources if tally.count(f"source:{name}")}
        before = (self.clock() - UNCOUNTED_KEPT).astimezone(UTC).date()
        self.labels.prune(campaign, counted - {OTHER_SOURCE}, before=before)
