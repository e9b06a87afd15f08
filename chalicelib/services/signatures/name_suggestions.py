"""Suggests names that an organiser may want to look at, newest first, at a bounded cost a call. It never changes a signature."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.odd_names import odd_ones

if TYPE_CHECKING:
    from chalicelib.domain.signatures.odd_names import Oddity
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.signatures.list_cursors import ListCursors
    from chalicelib.storage.signatures.timeline import Timeline

# How many signatures one call looks at; how often a name occurs is counted among these.
MAX_EXAMINED = 1000
BATCH_SIZE = 100  # one BatchGetItem
CURSORS_OF = "odd names"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Odd names, with what is odd and how often each occurs; how many signatures were examined; where to continue, or None."""

    names: tuple[tuple[Signature, tuple[Oddity, ...], int], ...]
    examined: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class NameSuggestions:
    """Reads signatures by time, one call per bucket and one per hundred signatures."""

    campaign_reader: CampaignReader
    timeline: Timeline
    cursors: ListCursors

    def page(self, campaign_id: str, cursor: str | None) -> Suggestions:
        """Suggestions among the next 1,000 signatures. Raises CampaignNotFound, InvalidFields."""
        campaign = self.campaign_reader.get(campaign_id)
        after = self.cursors.read(cursor, campaign.id, CURSORS_OF) if cursor else None
        positions = self.timeline.positions(campaign, limit=MAX_EXAMINED, after=after)
        found: list[Signature] = []
        examined = 0
        while batch := list(islice(positions, min(BATCH_SIZE, MAX_EXAMINED - examined))):
            found += [one for one in self.timeline.read(campaign, batch) if one]
            after, examined = batch[-1], examined + len(batch)
        has_more = next(positions, None) is not None
        cursor = self.cursors.make(after, campaign.id, CURSORS_OF) if after and has_more else None
        return Suggestions(tuple(odd_ones(found)), examined, cursor)
