"""How full a campaign's buckets are, estimated from its counters alone: nothing is read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.counting.tallies import Tally

# The items of a partition with a local index, and their entries in it (AWS, "Item collection size limit").
MAX_BUCKET_BYTES = 10_000_000_000
# With its entries in the indexes; a usual one takes 750 to 850.
SIGNATURE_BYTES = 1000
STORED = ("state:pending", "state:confirmed", "state:external", "held:honeypot")


def bucket_fill_percent(tally: Tally, buckets: int) -> int:
    """How much of a bucket is used, in whole percent; ids spread evenly over them, and nobody can choose theirs."""
    stored = sum(tally.count(name) for name in STORED)
    return stored * SIGNATURE_BYTES * 100 // (buckets * MAX_BUCKET_BYTES)
