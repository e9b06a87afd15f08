"""What signatures add to a campaign's counters: pure arithmetic, so that a recount and the stream always agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from chalicelib.domain.counting.tallies import COMMENTS_WAITING, HOUR, REGION, UPDATES, hour_of
from chalicelib.domain.signatures.mail_marks import Delivery
from chalicelib.domain.signatures.public_comments import CommentState, comment_state
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.signatures.withdrawers import Withdrawer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chalicelib.domain.signatures.signature import Signature

# DynamoDB allows 300 operators and 4 KB in one expression (AWS, "Constraints in DynamoDB").
MAX_COUNTERS_PER_WRITE = 100
SEQUENCE_DIGITS = 40
WITHDRAWER_EVENTS = {Withdrawer.ORGANIZER: "event:withdrawn_by_organizer", Withdrawer.ERASURE: "event:erased"}


@dataclass(frozen=True, slots=True)
class Change:
    """One stream record: a signature before and after, never neither (ValueError).

    `sequence` is padded to 40 digits, so that it sorts as text.
    """

    sequence: str
    old: Signature | None
    new: Signature | None

    def __post_init__(self) -> None:
        """Refuses a change of nothing."""
        if self.old is None and self.new is None:
            raise ValueError(self.sequence)

    @property
    def bucket(self) -> tuple[str, int]:
        """The campaign, and which of its buckets changed."""
        signature = cast("Signature", self.new or self.old)
        return signature.campaign, signature.bucket


@dataclass(frozen=True, slots=True)
class CounterDelta:
    """The sum of consecutive changes in one partition, to be added in one write; `first` and `last` are sequences."""

    first: str
    last: str
    counters: Mapping[str, int]


def pad_sequence(sequence: str) -> str:
    """A stream's sequence number (up to 40 digits; DynamoDB's N holds 38) as a string that sorts like the number."""
    return sequence.lstrip("0").zfill(SEQUENCE_DIGITS)


def contribution(signature: Signature | None) -> Counter[str]:
    """What one signature adds to its campaign's counters."""
    counters: Counter[str] = Counter()
    if signature is None or signature.state is SignatureState.WITHDRAWN:
        return counters
    counters.update(_oddities(signature))
    if signature.is_honeypot_held:
        return counters
    counters[f"state:{signature.state}"] = 1
    counters.update(f"funnel:{stage}" for stage in _stages(signature))
    if signature.is_confirmed:
        counters.update(_labels(signature))
    if signature.counts:
        counters.update(f"sponsor:{sponsor}" for sponsor in signature.consents)
        if comment_state(signature) is CommentState.WAITING:
            counters[COMMENTS_WAITING] = 1
    return counters


def _stages(signature: Signature) -> Iterator[str]:
    """How far a signature came; one on paper only as far as it had come online before.

    One that was anonymised keeps the stages it was counted with, too.
    """
    if signature.anonymised_at or signature.is_external:
        yield from signature.kept_stages
        return
    yield "received"
    marks = signature.marks
    if marks.sent_at or marks.thanked_at:
        yield "mailed"
    if marks.delivery in {Delivery.DELIVERED, Delivery.COMPLAINED}:  # whoever complains received it
        yield "delivered"
    if marks.delivery in {Delivery.BOUNCED, Delivery.REJECTED}:
        yield "bounced"
    if signature.is_confirmed:
        yield "confirmed"


def stages_of(signature: Signature) -> tuple[str, ...]:
    """How far a signature came, in the order of STAGES."""
    return tuple(_stages(signature))


def _oddities(signature: Signature) -> Iterator[str]:
    """The counters of why its email is held, and of its flags."""
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
    if signature.region_label:
        yield f"{REGION}{signature.region_label}"
    if signature.wants_updates and not signature.marks.held:
        yield f"{UPDATES}{signature.language}:{country or ''}"
    if signature.source:
        yield f"source:{signature.source}"


def difference(change: Change) -> Counter[str]:
    """What one change adds to the counters, or takes away (negative), events included."""
    counters = contribution(change.new)
    counters.subtract(contribution(change.old))
    counters.update(_events(change))
    counters.subtract(_undone_events(change))
    counters.update(_hours(change))
    return Counter({name: n for name, n in counters.items() if n})


def _undone_events(change: Change) -> Iterator[str]:
    """The events of a withdrawal that was undone, which never happened."""
    old, new = change.old, change.new
    if old is None or new is None or not old.withdrawal or not new.restored_at or new.is_withdrawn:
        return
    yield "event:withdrawn"
    yield from (event for by, event in WITHDRAWER_EVENTS.items() if old.withdrawn_by == by)
    yield from (f"left:{stage}" for stage in _stages(new))


def _events(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    if old is None or old.is_withdrawn or old.is_honeypot_held:
        return
    if old.is_pending and (new is None or new.is_honeypot_held):  # that one takes the place of an expired one only
        yield "event:expired"
    elif new is not None and new.is_withdrawn and new.withdrawn_by != Withdrawer.UNDO:
        yield "event:withdrawn"
        yield from (event for by, event in WITHDRAWER_EVENTS.items() if new.withdrawn_by == by)
    else:
        return
    yield from (f"left:{stage}" for stage in _stages(old))


def _hours(change: Change) -> Counter[str]:
    """Plus one in the hour of a confirmation, minus one when that signature no longer counts."""
    hours: Counter[str] = Counter(_hour(change.new))
    hours.subtract(_hour(change.old))
    return hours


def _hour(signature: Signature | None) -> list[str]:
    if signature is None or not signature.is_confirmed or signature.confirmed_at is None:
        return []
    return [f"{HOUR}{hour_of(signature.confirmed_at)}"]


def counter_deltas(changes: Sequence[Change], *, after: str = "") -> Iterator[CounterDelta]:
    """Sums of `changes` (one partition, in order) after the sequence `after`, each small enough for one write.

    A batch is split when it touches too many counters, but a single change never is. A change that adds nothing is left
    out; changes that cancel out are not, because some of them may have been counted before.
    """
    counters: Counter[str] = Counter()
    first = last = ""
    for change in changes:
        if change.sequence <= after:
            continue
        step = difference(change)
        if not step:
            continue
        if first and len(counters.keys() | step.keys()) > MAX_COUNTERS_PER_WRITE:
            yield CounterDelta(first, last, _without_zeros(counters))
            counters, first = Counter(), ""
        first, last = first or change.sequence, change.sequence
        counters.update(step)
    if first:
        yield CounterDelta(first, last, _without_zeros(counters))


def _without_zeros(counters: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counters.items()) if n}


def recount(signatures: Iterable[Signature]) -> Counter[str]:
    """The counters that `signatures` should add up to, without events."""
    counters: Counter[str] = Counter()
    for signature in signatures:
        counters.update(contribution(signature))
    return counters
