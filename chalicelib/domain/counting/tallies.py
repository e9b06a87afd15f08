"""A campaign's counters as they are read; `contributions` says what adds to them.

A counter's name is `group:label`, e.g. `state:confirmed`, `day:2026-11-23`, `sponsor:wbw`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

GROUPS = ("day", "country", "region", "language", "source", "sponsor", "signer")
# How far a signature came: each stage counts the signatures that reached it.
STAGES = ("received", "mailed", "delivered", "bounced", "confirmed")
# Counters of what happened, which a recount cannot see. `left` is how far signatures came that are gone.
# `withdrawn` is all of them, the next two are part of it; the rest was withdrawn by signers.
EVENTS = (
    "event:withdrawn",
    "event:withdrawn_by_organizer",
    "event:erased",
    "event:expired",
    *(f"left:{stage}" for stage in STAGES),
)
# How many labels were added up under `source:other` because the item had become too large.
MERGED = "merged:source"
HOUR = "hour:"  # confirmations by hour (UTC), kept for HOURS_KEPT_DAYS; events, too
HOURS_KEPT_DAYS = 8
SOURCE, REGION = "source:", "region:"
# What is counted without a counter of its own: the 301st label of a group, and a region that is on no list.
OTHER = "other"
# Labels of one group, for each group whose labels strangers can add to.
MAX_LABELS = 300
# What the public may see broken down, and how many must share a label to be seen under it.
PUBLIC_GROUPS = ("country", "region")
FEWEST_SHOWN = 5
# Confirmed signers who want news of the campaign, by language and country: `updates:en:PE`, `updates:es:` without a country.
UPDATES = "updates:"
# Signatures that count, with a comment that could be public and that nobody has decided about.
COMMENTS_WAITING = "comment:waiting"


def is_event(counter: str) -> bool:
    """True for a counter of events, which a recount cannot reproduce."""
    return counter in EVENTS or counter == MERGED or counter.startswith(HOUR)


def hour_of(moment: datetime) -> str:
    """An hour's label, `2026-11-23T12`, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H}"


@dataclass(frozen=True, slots=True)
class Tally:
    """A campaign's counters, summed over its buckets."""

    counters: Mapping[str, int]

    def count(self, name: str) -> int:
        """One counter; zero if absent."""
        return self.counters.get(name, 0)

    @property
    def confirmed(self) -> int:
        """How many signatures are confirmed."""
        return self.count("state:confirmed")

    @property
    def total(self) -> int:
        """How many signatures count: confirmed ones and those on paper."""
        return self.confirmed + self.count("state:external")

    def want_updates(self, languages: Collection[str] = (), countries: Collection[str] = ()) -> int:
        """How many confirmed signers want news of the campaign, of these languages and countries; empty means all."""
        places = ((name[len(UPDATES) :].split(":"), n) for name, n in self.counters.items() if name.startswith(UPDATES))
        return sum(
            n
            for (language, country), n in places
            if (not languages or language in languages) and (not countries or country in countries)
        )

    @property
    def comments_waiting(self) -> int:
        """How many comments wait for an organiser to publish them or not."""
        return max(self.count(COMMENTS_WAITING), 0)

    @property
    def withdrawn(self) -> dict[str, int]:
        """How often signatures were withdrawn, by whom: `signer`, `organizer`, or because they were `erased`."""
        organizer, erased = self.count("event:withdrawn_by_organizer"), self.count("event:erased")
        return {"signer": self.count("event:withdrawn") - organizer - erased, "organizer": organizer, "erased": erased}

    @property
    def funnel(self) -> dict[str, int]:
        """How many signatures reached each stage, including those that are gone."""
        return {stage: self.count(f"funnel:{stage}") + self.count(f"left:{stage}") for stage in STAGES}

    def since_hour(self, hour: str) -> int:
        """Confirmations since that hour, less those withdrawn, as far back as hours are kept."""
        return sum(n for name, n in self.counters.items() if name.startswith(HOUR) and name[len(HOUR) :] >= hour)

    def since_day(self, day: str) -> int:
        """Signatures confirmed on that day or later."""
        return sum(n for label, n in self.group("day").items() if label >= day)

    def group(self, group: str) -> dict[str, int]:
        """One breakdown, `{label: n}`, sorted by label, without zeros and without what merging labels left below zero."""
        prefix = f"{group}:"
        found = {name[len(prefix) :]: n for name, n in self.counters.items() if n > 0 and name.startswith(prefix)}
        return dict(sorted(found.items()))

    def shown_group(self, group: str) -> dict[str, int]:
        """One breakdown for the public, each label in steps of five; the rest, and whoever shares one with fewer, is `other`.

        By single steps, whoever looks often would see from where each new signer is.
        """
        labels = self.group(group)
        shown = {label: n - n % FEWEST_SHOWN for label, n in labels.items() if n >= FEWEST_SHOWN and label != OTHER}
        rest = sum(labels.values()) - sum(shown.values())
        return {**shown, OTHER: rest} if rest else shown

    def labels(self, prefix: str) -> frozenset[str]:
        """Every label with a counter that begins with `prefix` (SOURCE, REGION), even at zero; `other` is always there."""
        return frozenset(name[len(prefix) :] for name in self.counters if name.startswith(prefix)) | {OTHER}


def merge_rare_sources(counters: Mapping[str, int], *, most: int = MAX_LABELS) -> dict[str, int]:
    """The same counters with the `most` largest sources at most; the others are added up as `other`, and counted."""
    sources = {name: n for name, n in counters.items() if name.startswith(SOURCE) and name != SOURCE + OTHER}
    rare = sorted(sources, key=lambda name: (-sources[name], name))[most:]
    if not rare:
        return dict(counters)
    merged = Counter({name: n for name, n in counters.items() if name not in rare})
    merged[SOURCE + OTHER] += sum(sources[name] for name in rare)
    merged[MERGED] += len(rare)
    return dict(merged)


def without_labels(counters: Mapping[str, int]) -> dict[str, int]:
    """The same counters with all sources added up: what can be compared once labels were merged."""
    summed: Counter[str] = Counter()
    for name, n in counters.items():
        summed[SOURCE if name.startswith(SOURCE) else name] += n
    return dict(summed)


def sum_buckets(parts: Iterable[Mapping[str, int]]) -> Tally:
    """The campaign's tally from those of its buckets."""
    counters: Counter[str] = Counter()
    for part in parts:
        counters.update(part)
    return Tally(dict(counters))
