"""Stores which labels a campaign's counters may have, in one item that counts them: what strangers make up ends somewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.counting.tallies import MAX_SOURCES, SOURCE
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

has_room = "attribute_not_exists(#label) AND (attribute_not_exists(#labels) OR #labels < :most)"
is_as_counted = "#labels = :seen"
MAX_REMOVED_PER_WRITE = 100


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of each campaign in the Registry table, each with the day (UTC) on which it was admitted."""

    table: Table

    def admit(self, campaign: str, source: str, *, known: int, today: date) -> frozenset[str]:
        """Admits a source if there is room; returns all that are admitted. One write.

        `known` is how many are counted already, for a campaign that has admitted none yet.
        """
        try:
            item = self.table.update(
                *item_keys.labels_key(campaign),
                "SET #label = :today, #labels = if_not_exists(#labels, :known) + :one",
                condition=has_room,
                values={":today": today.isoformat(), ":known": known, ":one": 1, ":most": MAX_SOURCES},
                returns="ALL_NEW",
                aliases={"#label": f"{SOURCE}{source}"},
            )
        except ConditionFailed as refusal:
            item = refusal.found or {}
        return frozenset(_days_by_source(item))

    def prune(self, campaign: str, counted: Collection[str], *, before: date) -> None:
        """Forgets the sources admitted before that day that are not among those `counted`: a read, and at most a write.

        Up to 100 of them; what is admitted in the same moment leaves all for the next time.
        """
        item = self.table.get(*item_keys.labels_key(campaign)) or {}
        days = _days_by_source(item)
        old = sorted(name for name, day in days.items() if name not in counted and day < before.isoformat())
        old = old[:MAX_REMOVED_PER_WRITE]
        left = len(days.keys() | set(counted)) - len(old)
        if not days or (not old and left == item["labels"]):
            return
        aliases = {f"#l{place}": f"{SOURCE}{name}" for place, name in enumerate(old)}
        expression = "SET #labels = :left" + (f" REMOVE {', '.join(aliases)}" if aliases else "")
        try:
            self.table.update(
                *item_keys.labels_key(campaign),
                expression,
                condition=is_as_counted,
                values={":left": left, ":seen": item["labels"]},
                aliases=aliases,
            )
        except ConditionFailed:
            return


def _days_by_source(item: Attributes) -> Mapping[str, str]:
    return {name[len(SOURCE) :]: day for name, day in item.items() if name.startswith(SOURCE)}
