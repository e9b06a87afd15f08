"""What signatures add to a campaign's counters; pure arithmetic, so that a recount and the stream always agree.

A counter's name is `group:label`, e.g. `state:confirmed`, `day:2026-11-23`, `sponsor:wbw`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from chalicelib.domain.signatures import SignatureState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.signatures import Signature

GROUPS = ("day", "country", "language", "source", "sponsor", "signer")
# How far a signature came: each stage counts those that reached it.
STAGES = ("received", "mailed", "delivered", "bounced", "confirmed")
# Counters of what happened, not of what is: a recount cannot see them. `left` is how far those came that are gone.
EVENTS = ("event:withdrawn", "event:expired", *(f"left:{stage}" for stage in STAGES))
HOUR = "hour:"  # confirmations by hour (UTC), kept for some days: what happened, too
HOURS_DAYS = 8
# DynamoDB takes 300 operators and 4 KB in one expression (AWS, "Constraints in DynamoDB").
MOST_COUNTERS_A_WRITE = 100
SEQUENCE_DIGITS = 40
OTHER_SOURCE = "other"
MOST_SOURCES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One stream record: a signature before and after. `sequence` is padded to 40 digits, so strings compare as numbers."""

    sequence: str
    old: Signature | None
    new: Signature | None


@dataclass(frozen=True, slots=True)
class Fold:
    """The sum of some changes of one partition, to be added at once; `first` and `last` are their sequences."""

    first: str
    last: str
    counters: Mapping[str, int]


def pad_sequence(sequence: str) -> str:
    """A stream's sequence number as a string that sorts like the number (up to 40 digits; DynamoDB's N holds 38)."""
    return sequence.lstrip("0").zfill(SEQUENCE_DIGITS)


def contribution(signature: Signature | None) -> Counter[str]:
    """What one signature adds to its campaign's counters."""
    counters: Counter[str] = Counter()
    if signature is None or signature.state is SignatureState.WITHDRAWN:
        return counters
    counters[f"state:{signature.state}"] = 1
    counters.update(f"funnel:{stage}" for stage in _stages(signature))
    counters.update(_oddities(signature))
    if signature.is_confirmed:
        counters.update(_labels(signature))
    return counters


def is_event(counter: str) -> bool:
    """True for a counter of what happened."""
    return counter in EVENTS or counter.startswith(HOUR)


def _stages(signature: Signature) -> Iterator[str]:
    """How far a signature came; one on paper never set out. What is forgotten of its mails stays as it was counted."""
    if signature.is_external:
        return
    if signature.anonymised_at:
        yield from signature.kept_stages
        return
    yield "received"
    marks = signature.marks
    if marks.sent_at or marks.thanked_at:
        yield "mailed"
    if marks.delivery in {"delivered", "complained"}:  # who complains got it
        yield "delivered"
    if marks.delivery in {"bounced", "rejected"}:
        yield "bounced"
    if signature.is_confirmed:
        yield "confirmed"


def stages_of(signature: Signature) -> tuple[str, ...]:
    """How far a signature came, in the order of STAGES."""
    return tuple(_stages(signature))


def _oddities(signature: Signature) -> Iterator[str]:
    """Why its mail is held, and what is odd about it."""
    if signature.marks.held:
        yield f"held:{signature.marks.held}"
    yield from (f"flag:{flag}" for flag in signature.flags)
    if signature.marks.disposable:
        yield "flag:disposable"


def _labels(signature: Signature) -> Iterator[str]:
    yield f"day:{signature.day}"
    yield f"language:{signature.language}"
    yield f"signer:{signature.signer_kind}"
    if country := signature.answers.get("country"):
        yield f"country:{country}"
    if signature.source:
        yield f"source:{signature.source}"
    for sponsor in signature.consents:
        yield f"sponsor:{sponsor}"


def difference(change: Change) -> Counter[str]:
    """What one change adds (or takes away, negative), events included."""
    counters = contribution(change.new)
    counters.subtract(contribution(change.old))
    counters.update(_events(change))
    counters.update(_hours(change))
    return Counter({name: n for name, n in counters.items() if n})


def _events(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    if old is None or old.is_withdrawn:
        return
    if new is None and old.is_pending:
        yield "event:expired"
    elif new is not None and new.is_withdrawn:
        yield "event:withdrawn"
    else:
        return
    yield from (f"left:{stage}" for stage in _stages(old))


def _hours(change: Change) -> Counter[str]:
    """One more in the hour of a confirmation, one less when that signature no longer counts."""
    hours: Counter[str] = Counter(_hour(change.new))
    hours.subtract(_hour(change.old))
    return hours


def _hour(signature: Signature | None) -> list[str]:
    if signature is None or not signature.is_confirmed or signature.confirmed_at is None:
        return []
    return [f"{HOUR}{hour_of(signature.confirmed_at)}"]


def hour_of(moment: datetime) -> str:
    """An hour's label, `2026-11-23T12`, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H}"


def folds(changes: Sequence[Change], *, after: str = "") -> Iterator[Fold]:
    """Sums of `changes` (one partition, in order) later than the sequence `after`, each small enough for one write.

    A batch is split where its counters grow too many, a change never. Changes that add nothing are left out; changes
    that add up to nothing are not, because some of them may have been counted before.
    """
    counters: Counter[str] = Counter()
    first = last = ""
    for change in changes:
        if change.sequence <= after:
            continue
        step = difference(change)
        if not step:
            continue
        if first and len(counters.keys() | step.keys()) > MOST_COUNTERS_A_WRITE:
            yield Fold(first, last, _without_zeros(counters))
            counters, first = Counter(), ""
        first, last = first or change.sequence, change.sequence
        counters.update(step)
    if first:
        yield Fold(first, last, _without_zeros(counters))


def _without_zeros(counters: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counters.items()) if n}


def recount(signatures: Iterable[Signature]) -> Counter[str]:
    """The tally that `signatures` should have, events left out."""
    counters: Counter[str] = Counter()
    for signature in signatures:
        counters.update(contribution(signature))
    return counters


@dataclass(frozen=True, slots=True)
class Tally:
    """A campaign's counters, summed over its buckets."""

    counters: Mapping[str, int]

    def count(self, name: str) -> int:
        """One counter; absent is zero."""
        return self.counters.get(name, 0)

    @property
    def confirmed(self) -> int:
        """How many signatures were confirmed."""
        return self.count("state:confirmed")

    @property
    def counting(self) -> int:
        """How many signatures count: confirmed ones, and those on paper."""
        return self.confirmed + self.count("state:external")

    @property
    def funnel(self) -> dict[str, int]:
        """How many signatures reached each stage, those included that have left since."""
        return {stage: self.count(f"funnel:{stage}") + self.count(f"left:{stage}") for stage in STAGES}

    def since_hour(self, hour: str) -> int:
        """Net confirmations from that hour on, as far as hours are kept."""
        return sum(n for name, n in self.counters.items() if name.startswith(HOUR) and name[len(HOUR) :] >= hour)

    def since_day(self, day: str) -> int:
        """Signatures that were confirmed on that day or later."""
        return sum(n for label, n in self.group("day").items() if label >= day)

    def group(self, group: str) -> dict[str, int]:
        """One breakdown, `{label: n}`, sorted by label, zeros left out."""
        prefix = f"{group}:"
        found = {name[len(prefix) :]: n for name, n in self.counters.items() if n and name.startswith(prefix)}
        return dict(sorted(found.items()))

    def knows_source(self, source: str) -> bool:
        """True when `source` has been counted before."""
        return f"source:{source}" in self.counters

    def has_room_for_sources(self) -> bool:
        """False once strangers have made up 200 sources."""
        return len(self.group("source")) < MOST_SOURCES

    def bounded_source(self, source: str) -> str:
        """`source`, or `other` when it would be one label too many."""
        if not source or self.knows_source(source) or self.has_room_for_sources():
            return source
        return OTHER_SOURCE


def summed(parts: Iterable[Mapping[str, int]]) -> Tally:
    """The whole from its buckets."""
    counters: Counter[str] = Counter()
    for part in parts:
        counters.update(part)
    return Tally(dict(counters))
