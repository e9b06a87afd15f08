"""Promise 3: tally = recount at rest. The fold against everything a stream may do, without a store."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.counting.contributions import (
    MAX_COUNTERS_PER_WRITE,
    Change,
    CounterDelta,
    contribution,
    counter_deltas,
    difference,
    pad_sequence,
    recount,
    stages_of,
)
from chalicelib.domain.counting.tallies import EVENTS, SOURCE, Tally, merge_rare_sources, without_labels
from chalicelib.domain.signatures.mail_marks import Marks
from chalicelib.domain.signatures.signature import Signature, SignatureState
from tests.kit.factories import CONFIRMED, NOW, PENDING, WITHDRAWN, a_signature

SIGNATURES = st.builds(
    lambda state, country, language, consents, source, region: (
        a_signature(
            state=state,
            answers={"country": country} if country else {},
            language=language,
            consents=consents,
            source=source,
            region_label=region,
            day="2026-11-23" if state is CONFIRMED else "",
        )
        if state is not WITHDRAWN
        else Signature(campaign="peru", bucket=0, id="a" * 32, state=WITHDRAWN, signed_at=NOW)
    ),
    st.sampled_from([PENDING, CONFIRMED, WITHDRAWN]),
    st.sampled_from(["", "PE", "US", "MX"]),
    st.sampled_from(["en", "es"]),
    st.sampled_from([(), ("wbw",), ("wbw", "cidydh")]),
    st.sampled_from(["", "fb", "mail"]),
    st.sampled_from(["", "PE-CUS", "other"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """The stream of one bucket: several signatures living their lives, interleaved, in one order."""
    changes: list[Change] = []
    states: dict[int, Signature | None] = defaultdict(lambda: None)
    for step in range(draw(st.integers(1, 25))):
        who = draw(st.integers(0, 3))
        new = draw(st.none() | SIGNATURES) if states[who] else draw(SIGNATURES)
        new = replace(new, id=str(who)) if new else None
        changes.append(Change(pad_sequence(str(10**21 + 7 * step)), states[who], new))
        states[who] = new
    return changes


class Store:
    """A tally item with DynamoDB's conditional ADD, which may crash before or after a write."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self.last = ""

    def add(self, delta: CounterDelta) -> bool:
        if self.last and not self.last < delta.first:
            return False
        self.counters.update(delta.counters)
        self.last = delta.last
        return True

    def count(self, changes: list[Change], crash_after: int | None = None) -> None:
        """What `Tallies.count` does; `crash_after` is how many writes happen before the worker dies."""
        after, writes = "", 0
        while True:
            for delta in counter_deltas(changes, after=after):
                if crash_after is not None and writes >= crash_after:
                    return
                if not self.add(delta):
                    after = self.last
                    break
                writes += 1
            else:
                return


def final(changes: list[Change]) -> list[Signature]:
    last: dict[str, Signature | None] = {}
    for change in changes:
        facts = change.new or change.old
        assert facts is not None
        last[facts.id] = change.new
    return [signature for signature in last.values() if signature]


def at_rest(counters: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in counters.items() if n and name not in EVENTS}


@given(histories(), st.data())
def test_promise_3_tally_equals_recount_whatever_is_redelivered_rebatched_or_crashes(
    changes: list[Change], data: st.DataObject
) -> None:
    store, done = Store(), 0
    while done < len(changes):
        start = data.draw(st.integers(0, done), label="redelivered from")
        end = data.draw(st.integers(done + 1, len(changes)), label="batch end")
        store.count(changes[start:end], crash_after=data.draw(st.none() | st.integers(0, 2), label="crash"))
        store.count(changes[start:end])  # Lambda brings a failed batch again
        done = end
    assert at_rest(store.counters) == at_rest(recount(final(changes)))
    events = Counter(name for change in changes for name in difference(change) if name in EVENTS)
    assert {name: store.counters[name] for name in EVENTS} == {name: events[name] for name in EVENTS}


@given(histories())
def test_folding_one_change_a_write_gives_the_same_as_all_at_once(changes: list[Change]) -> None:
    whole, single = Store(), Store()
    whole.count(changes)
    for change in changes:
        single.count([change])
    assert at_rest(whole.counters) == at_rest(single.counters)


def test_batch_is_split_where_counters_grow_too_many_but_a_change_never() -> None:
    sponsors = tuple(f"s{n}" for n in range(40))
    changes = [
        Change(
            pad_sequence(str(n)),
            None,
            a_signature(
                id=str(n), state=CONFIRMED, day=f"2026-01-{n:02}", source=f"x{n}", consents=sponsors if n == 1 else ()
            ),
        )
        for n in range(1, 80)
    ]
    parts = list(counter_deltas(changes))
    assert len(parts) > 1
    assert all(len(part.counters) <= MAX_COUNTERS_PER_WRITE for part in parts)
    assert sum((Counter(part.counters) for part in parts), Counter()) == recount(c.new for c in changes if c.new)
    assert [p.first for p in parts[1:]] == [pad_sequence(str(int(p.last) + 1)) for p in parts[:-1]]


def test_sequences_compare_as_numbers_up_to_40_digits() -> None:
    numbers = ["1", "000000000000000000002", "9", "10", "1" + "0" * 20, "9" * 39, "1" + "0" * 39]
    assert sorted(map(pad_sequence, numbers)) == [pad_sequence(n) for n in numbers]


def test_only_confirmed_signatures_count_by_label() -> None:
    pending = a_signature(answers={"country": "PE"}, consents=("wbw",), source="fb")
    assert contribution(pending) == {"state:pending": 1, "funnel:received": 1}
    confirmed = replace(pending, state=CONFIRMED, day="2026-11-23")
    assert contribution(confirmed) == {
        "state:confirmed": 1,
        "funnel:received": 1,
        "funnel:confirmed": 1,
        "day:2026-11-23": 1,
        "country:PE": 1,
        "language:en": 1,
        "source:fb": 1,
        "sponsor:wbw": 1,
        "signer:person": 1,
    }


def test_organisation_that_signs_without_a_person_is_counted_as_one() -> None:
    assert (
        contribution(a_signature(state=CONFIRMED, day="d", answers={"organization": "Unión"}))["signer:organization"]
        == 1
    )


def test_expiry_is_an_event_and_deleting_a_withdrawn_stub_is_nothing() -> None:
    assert difference(Change("1", a_signature(), None)) == {
        "state:pending": -1, "event:expired": 1, "funnel:received": -1, "left:received": 1,
    }  # fmt: skip
    assert not difference(Change("1", a_signature(state=WITHDRAWN), None))


def test_merging_keeps_the_largest_sources_and_the_sum_and_says_how_many_it_merged() -> None:
    counters = {"source:a": 3, "source:b": 2, "source:c": 2, "source:d": -1, "source:other": 4, "state:confirmed": 10}
    assert merge_rare_sources(counters, most=4) == counters
    assert merge_rare_sources(counters, most=2) == {
        "source:a": 3, "source:b": 2, "source:other": 5, "merged:source": 2, "state:confirmed": 10,
    }  # fmt: skip
    assert merge_rare_sources({"source:a": 1, "merged:source": 7}, most=0) == {"source:other": 1, "merged:source": 8}
    assert merge_rare_sources({"source:a": 1, "source:b": 1}, most=1) == {
        "source:a": 1, "source:other": 1, "merged:source": 1,
    }  # fmt: skip
    many = {f"source:{number:03}": 1 for number in range(301)}
    assert len(merge_rare_sources(many)) == 302
    assert without_labels(counters) == {"source:": 10, "state:confirmed": 10}


def test_sources_of_a_tally_are_those_with_a_counter_even_at_zero_and_other() -> None:
    tally = Tally({"source:a": 0, "source:b": 2, "source:c": -1, "state:confirmed": 1})
    assert tally.labels(SOURCE) == {"a", "b", "c", "other"}
    assert tally.group("source") == {"b": 2}


def test_what_leaves_is_counted_by_how_it_left_and_how_far_it_had_come() -> None:
    pending, confirmed = a_signature(marks=Marks(sent_at=NOW)), a_signature(state=CONFIRMED, day="2026-11-23")
    gone = Signature(campaign="peru", bucket=0, id="a" * 32, state=WITHDRAWN, signed_at=NOW)
    expired = difference(Change("1", pending, None))
    assert (expired["event:expired"], expired["left:received"], expired["left:mailed"]) == (1, 1, 1)
    withdrawn = difference(Change("1", confirmed, gone))
    assert (withdrawn["event:withdrawn"], withdrawn["event:expired"], withdrawn["left:confirmed"]) == (1, 0, 1)
    deleted = difference(Change("1", confirmed, None))  # by hand: nothing expires once it is confirmed
    assert not any(name.startswith(("event:", "left:")) for name in deleted)


def test_paper_came_by_no_stage_and_what_was_anonymised_keeps_its_own() -> None:
    assert stages_of(a_signature(state=SignatureState.EXTERNAL)) == ()
    anonymised = a_signature(state=CONFIRMED, anonymised_at=NOW, kept_stages=("received", "mailed"))
    assert stages_of(anonymised) == ("received", "mailed")
