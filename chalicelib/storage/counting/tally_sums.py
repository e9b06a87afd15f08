"""The sum of a large campaign's counters in one item, so that a thousand containers read that and not one item per bucket.

Whoever finds it old adds it up anew from the buckets, one at a time (a claim); it is never added to, so it cannot drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.counting.tallies import Tally
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.counting.tallies import counters_in
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

# Seconds: how old a sum is when it is added up anew, and how old it may be while somebody does that.
RENEWED_AFTER, USABLE_FOR = 4, 8
CLAIM_SECONDS = 2
is_unclaimed = "attribute_not_exists(#claimed_until) OR #claimed_until < :now"


@dataclass(frozen=True, slots=True)
class TallySum:
    """A campaign's counters as they were at `as_of`."""

    tally: Tally
    as_of: datetime


def read_sum(item: Attributes) -> TallySum:
    """The sum in an item."""
    return TallySum(Tally(counters_in(item)), datetime.fromisoformat(item["as_of"]))


class TallySums:
    """The sums in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def is_to_be_renewed(self, campaign: str, found: TallySum | None, now: datetime) -> bool:
        """True for who is to add it up: when it is too old to use, or older than it should be and nobody else is at it.

        One write of a small item, and only when the sum is old.
        """
        age = now - found.as_of if found else timedelta.max
        if age < timedelta(seconds=RENEWED_AFTER):
            return False
        return self._claim(campaign, now) or age >= timedelta(seconds=USABLE_FOR)

    def _claim(self, campaign: str, now: datetime) -> bool:
        until = (now + timedelta(seconds=CLAIM_SECONDS)).timestamp()
        values = {":until": int(until * 1000), ":now": int(now.timestamp() * 1000)}
        try:
            self._table.update(
                *item_keys.sum_claim_key(campaign), "SET #claimed_until = :until", condition=is_unclaimed, values=values
            )
        except (ConditionFailed, Unavailable):  # a sum that is a little old is better than none
            return False
        return True

    def save(self, campaign: str, tally: Tally, *, as_of: datetime) -> None:
        """Stores the sum, unless a newer one is there. One write."""
        pk, sk = item_keys.sum_key(campaign)
        item = {"pk": pk, "sk": sk, "as_of": stamp(as_of), **tally.counters}
        try:
            self._table.put(
                item, condition="attribute_not_exists(#as_of) OR #as_of < :as_of", values={":as_of": stamp(as_of)}
            )
        except ConditionFailed:
            return

    def delete(self, campaign: str) -> None:
        """Removes a deleted campaign's sum. Two calls."""
        self._table.delete(*item_keys.sum_key(campaign))
        self._table.delete(*item_keys.sum_claim_key(campaign))
