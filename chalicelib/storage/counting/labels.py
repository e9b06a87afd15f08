"""Stores which labels a campaign's counters may have, in one item that counts them: what strangers make up ends somewhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.counting.tallies import MAX_LABELS, REGION, SOURCE
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
# How many labels a group has is under this name. Sources were there first.
COUNTED = {SOURCE: "labels", REGION: "region_labels"}


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of each campaign in the Registry table, each with the day (UTC) on which it was admitted.

    `prefix` is SOURCE or REGION: each group has its own room.
    """

    table: Table

    def admit(self, campaign: str, prefix: str, label: str, *, known: int, today: date) -> frozenset[str]:
        """Admits a label if there is room; returns all of its group that are admitted. One write.

        `known` is how many are counted already, for a campaign that has admitted none yet.
        """
        try:
            item = self.table.update(
                *item_keys.labels_key(campaign),
                "SET #label = :today, #labels = if_not_exists(#labels, :known) + :one",
                condition=has_room,
                values={":today": today.isoformat(), ":known": known, ":one": 1, ":most": MAX_LABELS},
                returns="ALL_NEW",
                aliases={"#label": f"{prefix}{label}", "#labels": COUNTED[prefix]},
            )
        except ConditionFailed as refusal:
            item = refusal.found or {}
        return frozenset(_days_by_label(item, prefix))

    def prune(self, campaign: str, counted: Mapping[str, Collection[str]], *, before: date) -> None:
        """Forgets the labels admitted before that day that are not among those `counted` of their group.

        A read, and at most a write for each group. Up to 100 of them; what is admitted in the same moment leaves all for the
        next time.
        """
        item = self.table.get(*item_keys.labels_key(campaign)) or {}
        for prefix, labels in counted.items():
            self._prune(campaign, item, prefix, labels, before)

    def _prune(self, campaign: str, item: Attributes, prefix: str, counted: Collection[str], before: date) -> None:
        days, name = _days_by_label(item, prefix), COUNTED[prefix]
        old = sorted(label for label, day in days.items() if label not in counted and day < before.isoformat())
        old = old[:MAX_REMOVED_PER_WRITE]
        left = len(days.keys() | set(counted)) - len(old)
        if not days or (not old and left == item[name]):
            return
        aliases = {f"#l{place}": f"{prefix}{label}" for place, label in enumerate(old)}
        expression = "SET #labels = :left" + (f" REMOVE {', '.join(aliases)}" if aliases else "")
        with suppress(ConditionFailed):
            self.table.update(
                *item_keys.labels_key(campaign),
                expression,
                condition=is_as_counted,
                values={":left": left, ":seen": item[name]},
                aliases=aliases | {"#labels": name},
            )


def _days_by_label(item: Attributes, prefix: str) -> Mapping[str, str]:
    return {name[len(prefix) :]: day for name, day in item.items() if name.startswith(prefix)}
