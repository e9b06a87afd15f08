"""Stores counters, one item per bucket; each change counts exactly once, by its stream sequence."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.counting.contributions import MAX_COUNTERS_PER_WRITE, CounterDelta, counter_deltas
from chalicelib.domain.counting.tallies import (
    HOUR,
    MERGED,
    REGION,
    SOURCE,
    Tally,
    is_event,
    merge_rare_sources,
    sum_buckets,
)
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, ItemTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.counting.contributions import Change
    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

LAST_SEQUENCE = "last_sequence"
is_uncounted = "attribute_not_exists(#last_sequence) OR #last_sequence < :first"
has_counted_nothing_since = "#last_sequence = :seen"
was_never_counted = "attribute_not_exists(#last_sequence)"


def counters_in(item: Attributes) -> dict[str, int]:
    """The counters of one tally item: its numbers with a colon in the name; what else somebody wrote there is none."""
    return {name: n for name, n in item.items() if ":" in name and isinstance(n, int)}


class Tallies:
    """The tallies in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def apply(self, campaign: str, bucket: int, changes: Sequence[Change]) -> None:
        """Adds the changes of one bucket, in order; those already counted are skipped.

        One write, or two if some were already counted: the refusal of the first says up to where. Three more calls when the
        item has become too large: then rare sources are added up as `other`. Raises ItemTooLarge if that does not help.
        """
        after = ""
        while True:
            try:
                for delta in counter_deltas(changes, after=after):
                    self._add(campaign, bucket, delta)
            except ConditionFailed as refusal:
                after = str((refusal.found or {})[LAST_SEQUENCE])
            except ItemTooLarge:
                if not self._merge(campaign, bucket):
                    raise
            else:
                return

    def skip(self, campaign: str, bucket: int, change: Change) -> None:
        """Counts nothing for this change, now or when it is delivered again: `repair` will, from the signature."""
        with suppress(ConditionFailed):
            self._add(campaign, bucket, CounterDelta(change.sequence, change.sequence, {}))

    def _merge(self, campaign: str, bucket: int) -> bool:
        """Merges rare sources; False if there are none. If anything is counted meanwhile, the caller tries again."""
        counters, seen = self.get_bucket(campaign, bucket)
        merged = merge_rare_sources(counters)
        if merged == counters:
            return False
        log.warning("rare sources merged", campaign=campaign, bucket=bucket, counters=merged[MERGED])
        self._replace(campaign, bucket, merged, seen=seen, last=seen)
        return True

    def _add(self, campaign: str, bucket: int, delta: CounterDelta) -> None:
        labels = list(enumerate(delta.counters.items()))
        adds = ", ".join(f"#{index} :{index}" for index, _ in labels)
        values: dict[str, Any] = {f":{index}": n for index, (_, n) in labels}
        self._table.update(
            *item_keys.tally_key(campaign, bucket),
            "SET #last_sequence = :last" + (f" ADD {adds}" if adds else ""),
            condition=is_uncounted,
            values=values | {":first": delta.first, ":last": delta.last},
            aliases={f"#{index}": name for index, (name, _) in labels},
        )

    def get(self, campaign: str) -> Tally:
        """A campaign's counters, up to a second old: one query, whatever the number of signatures."""
        pk, _ = item_keys.campaign_key(campaign)
        return sum_buckets(map(counters_in, self._table.query(pk, sk_prefix=item_keys.TALLY_PREFIX)))

    def get_many(self, buckets_by_campaign: Mapping[str, int]) -> dict[str, Tally]:
        """Counters of several campaigns: one call per hundred buckets."""
        keys = [item_keys.tally_key(c, bucket) for c, n in buckets_by_campaign.items() for bucket in range(n)]
        parts: dict[str, list[dict[str, int]]] = defaultdict(list)
        for item in self._table.get_many(keys):
            parts[item["pk"].partition("#")[2]].append(counters_in(item))
        return {campaign: sum_buckets(parts[campaign]) for campaign in buckets_by_campaign}

    def get_bucket(self, campaign: str, bucket: int) -> tuple[Mapping[str, int], str]:
        """One bucket's counters and the last sequence counted into them (empty if none), by a strongly consistent read."""
        item = self._table.get(*item_keys.tally_key(campaign, bucket)) or {}
        return counters_in(item), item.get(LAST_SEQUENCE, "")

    def forget_old(self, campaign: str, bucket: int, before: str) -> None:
        """Drops a bucket's counters of hours before that one (`2026-11-23T12`), and of sources and regions that nobody is left of.

        A read, and a write per hundred of them. If anything is counted meanwhile, the rest is left for the next time.
        """
        counters, seen = self.get_bucket(campaign, bucket)
        hours = (name for name in counters if name.startswith(HOUR) and name[len(HOUR) :] < before)
        labels = (name for name, n in counters.items() if name.startswith((SOURCE, REGION)) and n == 0)
        old, key = sorted([*hours, *labels]), item_keys.tally_key(campaign, bucket)
        condition, values = _unless_counted_since(seen)
        for start in range(0, len(old), MAX_COUNTERS_PER_WRITE):
            aliases = {f"#h{place}": name for place, name in enumerate(old[start : start + MAX_COUNTERS_PER_WRITE])}
            try:
                self._table.update(
                    *key, f"REMOVE {', '.join(aliases)}", condition=condition, values=values, aliases=aliases
                )
            except ConditionFailed:
                return

    def reset(
        self, campaign: str, bucket: int, counters: Mapping[str, int], *, seen: str, restart: bool = False
    ) -> bool:
        """Replaces a bucket's counters, except events; False if any change was counted after the sequence `seen`.

        `restart` forgets the last sequence: only correct when a new stream begins.
        """
        kept, _ = self.get_bucket(campaign, bucket)
        events = {name: n for name, n in kept.items() if is_event(name) and name != MERGED}
        wanted, last = {**events, **counters}, "" if restart else seen
        try:
            return self._replace(campaign, bucket, wanted, seen=seen, last=last)
        except ItemTooLarge:
            return self._replace(campaign, bucket, merge_rare_sources(wanted), seen=seen, last=last)

    def _replace(self, campaign: str, bucket: int, counters: Mapping[str, int], *, seen: str, last: str) -> bool:
        pk, sk = item_keys.tally_key(campaign, bucket)
        item = {"pk": pk, "sk": sk, **counters} | ({LAST_SEQUENCE: last} if last else {})
        condition, values = _unless_counted_since(seen)
        try:
            self._table.put(item, condition=condition, values=values)
        except ConditionFailed:
            return False
        return True


def _unless_counted_since(seen: str) -> tuple[str, dict[str, str]]:
    return (has_counted_nothing_since, {":seen": seen}) if seen else (was_never_counted, {})


def without_events(counters: Mapping[str, int]) -> dict[str, int]:
    """The counters that a recount can reproduce: without events and zeros."""
    return {name: n for name, n in counters.items() if n and not is_event(name)}


def group_by_bucket(changes: Iterable[Change]) -> dict[tuple[str, int], list[Change]]:
    """Changes as `{(campaign, bucket): [...]}` in order."""
    groups: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.bucket].append(change)
    return groups
