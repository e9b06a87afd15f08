"""Stores counters, one item per bucket; each change counts exactly once, by its stream sequence."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chalicelib.domain.counting.contributions import MAX_COUNTERS_PER_WRITE, counter_deltas
from chalicelib.domain.counting.tallies import HOUR, Tally, is_event, sum_buckets
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.domain.counting.contributions import Change, CounterDelta
    from chalicelib.storage.dynamodb.table import Attributes, Table

LAST_SEQUENCE = "last_sequence"
is_uncounted = "attribute_not_exists(#last_sequence) OR #last_sequence < :first"
has_counted_nothing_since = "#last_sequence = :seen"
was_never_counted = "attribute_not_exists(#last_sequence)"


def counters_in(item: Attributes) -> dict[str, int]:
    """The counters of one tally item: its attributes with a colon in the name."""
    return {name: n for name, n in item.items() if ":" in name}


class Tallies:
    """The tallies in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def apply(self, campaign: str, bucket: int, changes: Sequence[Change]) -> None:
        """Adds the changes of one bucket, in order; those already counted are skipped.

        One write, or two if some were already counted: the refusal of the first says up to where.
        """
        after = ""
        while True:
            try:
                for delta in counter_deltas(changes, after=after):
                    self._add(campaign, bucket, delta)
            except ConditionFailed as refusal:
                after = str((refusal.found or {})[LAST_SEQUENCE])
            else:
                return

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

    def forget_hours(self, campaign: str, bucket: int, before: str) -> None:
        """Drops a bucket's counters of hours before that one (`2026-11-23T12`): a read, and a write if there are any."""
        counters, _ = self.get_bucket(campaign, bucket)
        old = sorted(name for name in counters if name.startswith(HOUR) and name[len(HOUR) :] < before)
        for start in range(0, len(old), MAX_COUNTERS_PER_WRITE):
            aliases = {f"#h{place}": name for place, name in enumerate(old[start : start + MAX_COUNTERS_PER_WRITE])}
            key = item_keys.tally_key(campaign, bucket)
            self._table.update(*key, f"REMOVE {', '.join(aliases)}", values={}, aliases=aliases)

    def reset(
        self, campaign: str, bucket: int, counters: Mapping[str, int], *, seen: str, restart: bool = False
    ) -> bool:
        """Replaces a bucket's counters, except events; False if any change was counted after the sequence `seen`.

        `restart` forgets the last sequence: only correct when a new stream begins.
        """
        pk, sk = item_keys.tally_key(campaign, bucket)
        kept, _ = self.get_bucket(campaign, bucket)
        item = {"pk": pk, "sk": sk, **{name: n for name, n in kept.items() if is_event(name)}, **counters}
        if seen and not restart:
            item[LAST_SEQUENCE] = seen
        condition, values = (has_counted_nothing_since, {":seen": seen}) if seen else (was_never_counted, None)
        try:
            self._table.put(item, condition=condition, values=values)
        except ConditionFailed:
            return False
        return True


def without_events(counters: Mapping[str, int]) -> dict[str, int]:
    """The counters that a recount can reproduce: without events and zeros."""
    return {name: n for name, n in counters.items() if n and not is_event(name)}


def group_by_bucket(changes: Iterable[Change]) -> dict[tuple[str, int], list[Change]]:
    """Changes as `{(campaign, bucket): [...]}` in order."""
    groups: dict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.bucket].append(change)
    return groups
