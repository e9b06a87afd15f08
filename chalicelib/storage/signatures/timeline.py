"""Lists a campaign's signatures by time, latest first over all buckets; a page costs the same however many there are.

The order is total: by time of signing, then by bucket, then as in the index. So one position says where to continue.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.at_once import at_once
from chalicelib.storage.dynamodb.table import MAX_BATCH_SIZE
from chalicelib.storage.signatures.signature_items import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.dynamodb.table import Table

TIME_RESOLUTION = timedelta(microseconds=1)  # the resolution of stored times
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
# Buckets do not share equally, and a second call costs more than a few spare keys.
SPARE_KEYS = 20


@dataclass(frozen=True, slots=True)
class TimeOrder:
    """An index of the Signatures table, and the time that it sorts by."""

    index: str
    moment: str


BY_TIME = TimeOrder("by_time", "signed_at")
BY_HOLD_TIME = TimeOrder("by_held", "held_at")  # contains only what is held


@dataclass(frozen=True, slots=True)
class TimelinePosition:
    """A signature's position in its campaign's order; `signed_at` is the time that the order sorts by."""

    signed_at: datetime
    bucket: int
    id: str


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, both ends inclusive."""

    low: datetime = EARLIEST
    high: datetime = LATEST


@dataclass(frozen=True, slots=True)
class _Pages:
    """How an index is read."""

    order: TimeOrder
    size: int
    consistent: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Reads the table's local indexes, which may be up to a second behind."""

    table: Table

    def newest(self, campaign: Campaign, *, limit: int) -> Iterator[Signature]:
        """The latest `limit` signatures: one call per bucket at first, then one per hundred signatures consumed."""
        positions = islice(self.positions(campaign, limit=limit), limit)
        while batch := list(islice(positions, MAX_BATCH_SIZE)):
            yield from (one for one in self.read(campaign, batch) if one)

    def positions(
        self,
        campaign: Campaign,
        *,
        limit: int,
        span: Span | None = None,
        after: TimelinePosition | None = None,
        order: TimeOrder = BY_TIME,
        consistent: bool = False,
    ) -> Iterator[TimelinePosition]:
        """Positions within `span`, after `after`: one call per bucket, at once, if not many more than `limit` are consumed.

        Strongly consistent reads miss nothing of the last second, and cost twice as much.
        """
        pages = _Pages(order, limit // campaign.buckets + SPARE_KEYS, consistent=consistent)
        streams = [
            self._in_bucket((campaign.id, bucket), span or Span(), after, pages) for bucket in range(campaign.buckets)
        ]
        # The merge needs the first of each before it can say which is the latest.
        firsts = at_once([partial(next, stream, None) for stream in streams])
        whole = [chain([first], rest) for first, rest in zip(firsts, streams, strict=True) if first is not None]
        # It is stable: at the same time, those of the first bucket come first.
        return heapq.merge(*whole, key=lambda position: position.signed_at, reverse=True)

    def _in_bucket(
        self, bucket_key: tuple[str, int], span: Span, after: TimelinePosition | None, pages: _Pages
    ) -> Iterator[TimelinePosition]:
        (campaign, bucket), order = bucket_key, pages.order
        pk, high, start = item_keys.partition(campaign, bucket), span.high, None
        if after is not None and after.signed_at <= high:
            high = after.signed_at - TIME_RESOLUTION if bucket < after.bucket else after.signed_at
            if bucket == after.bucket:
                start = {"pk": pk, "sk": after.id, order.moment: stamp(after.signed_at)}
        if high < span.low:
            return
        between = (order.moment, stamp(span.low), stamp(high))
        found = self.table.query_newest(
            pk, order.index, between, page=pages.size, after=start, consistent=pages.consistent
        )
        for item in found:
            yield TimelinePosition(datetime.fromisoformat(item[order.moment]), bucket, item["sk"])

    def read(self, campaign: Campaign, positions: Sequence[TimelinePosition]) -> Iterator[Signature | None]:
        """The signatures at `positions`, in order, with None where one is gone. One call per hundred."""
        keys = [(item_keys.partition(campaign.id, position.bucket), position.id) for position in positions]
        found = {(item["pk"], item["sk"]): item for item in self.table.get_many(keys)}
        yield from (read(found[key]) if key in found else None for key in keys)
