"""Decides which sources and regions get a counter of their own, so that strangers cannot make a tally grow without end.

A label that is counted already costs nothing; it never keeps a signer waiting for long and never refuses one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.counting.tallies import MAX_LABELS, OTHER, REGION, SOURCE
from chalicelib.domain.errors import Unavailable
from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.counting.labels import Labels

REMEMBERED_SECONDS = 600
# One that is admitted is counted within seconds, unless the stream is late; it keeps its records for a day.
UNCOUNTED_KEPT = timedelta(days=2)


@dataclass(slots=True)
class LabelAdmission:
    """Admits sources and regions, up to 300 of each for a campaign."""

    labels: Labels
    clock: Callable[[], datetime]
    _admitted: Cache[tuple[str, str], frozenset[str]] = field(init=False)
    _full: Cache[tuple[str, str], bool] = field(init=False)

    def __post_init__(self) -> None:
        self._admitted = Cache(REMEMBERED_SECONDS, self.clock)
        self._full = Cache(REMEMBERED_SECONDS, self.clock)

    def knows(self, campaign: str, tally: Tally, label: str, *, prefix: str = SOURCE) -> bool:
        """True when counting `label` adds no counter, as far as this container knows: no call."""
        return not label or label in tally.labels(prefix) or label in (self._admitted.find((campaign, prefix)) or ())

    def admit(self, campaign: str, tally: Tally, label: str, *, prefix: str = SOURCE) -> str:
        """Returns what to count a signature with that source or region under: its own label, or `other` if that is one too many.

        One write for a new one; none for one that is known, and none for ten minutes once there are 300.
        """
        if self.knows(campaign, tally, label, prefix=prefix):
            return label
        known = len(tally.labels(prefix)) - 1  # `other` is one more
        if known >= MAX_LABELS or self._full.find((campaign, prefix)):
            return OTHER
        today = self.clock().astimezone(UTC).date()
        try:
            admitted = self.labels.admit(campaign, prefix, label, known=known, today=today)
        except Unavailable:  # the signature matters more
            log.info("a new label could not be admitted", campaign=campaign)
            return OTHER
        self._admitted.put((campaign, prefix), admitted)
        if label in admitted:
            return label
        self._full.put((campaign, prefix), value=True)
        return OTHER

    def admit_labels(self, signature: Signature, tally: Tally) -> dict[str, str]:
        """Returns what to count a signature under: its `source` and `region_label`."""
        return {
            "source": self.admit(signature.campaign, tally, signature.source),
            "region_label": self.admit(signature.campaign, tally, signature.region_label, prefix=REGION),
        }

    def prune(self, campaign: str, tally: Tally) -> None:
        """Forgets the labels of which nobody is left, two days after they were admitted: a read, and at most a write for each group."""
        before = (self.clock() - UNCOUNTED_KEPT).astimezone(UTC).date()
        counted = {
            prefix: {label for label in tally.labels(prefix) if tally.count(f"{prefix}{label}")} - {OTHER}
            for prefix in (SOURCE, REGION)
        }
        self.labels.prune(campaign, counted, before=before)
