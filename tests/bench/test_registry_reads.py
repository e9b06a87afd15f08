"""Reading a campaign from one partition: what each measure spares, by hand-made small numbers."""

from __future__ import annotations

import pytest

from bench.simulation.registry_reads import Reading, RegistryReads
from bench.simulation.throttles import TokenBucket


def reads(units: float = 1e9, **measures: bool) -> RegistryReads:
    return RegistryReads(Reading(tally_kb=7, buckets=16, **measures), TokenBucket(units, units))


def test_a_first_read_is_all_buckets_and_a_later_one_their_sum() -> None:
    assert Reading(7, 16).first_units == 113 / 8
    assert Reading(7, 16).later_units == 1
    assert Reading(7, 16, has_sums=False).later_units == 113 / 8


def test_without_jitter_all_read_at_once_every_thirty_seconds() -> None:
    registry = reads(has_jitter=False)
    for second in range(61):
        assert registry.take(second, 10) == 0
    assert {second: n for second, n in enumerate(registry.requested) if n} == {0: 141.25, 30: 10, 60: 10}


def test_with_jitter_a_cohort_is_spread_over_nine_seconds() -> None:
    registry = reads()
    for second in range(31):
        registry.take(second, 100)
    later = registry.requested[1:]
    assert [second for second, n in enumerate(later, 1) if n] == list(range(21, 31))
    assert sum(later) == pytest.approx(100)
    assert max(later) == pytest.approx(10)


def test_what_is_refused_is_served_if_it_is_known_and_asked_for_again_later() -> None:
    registry = reads(has_jitter=False)
    registry.take(0, 10)
    registry.partition.rate = registry.partition.tokens = 0
    shares = [registry.take(second, 10) for second in range(1, 36)]
    assert set(shares) == {0.0}
    assert {second: n for second, n in enumerate(registry.requested) if n} == {0: 141.25, 30: 10, 35: 10}


def test_without_that_they_answer_nothing_and_ask_every_second() -> None:
    registry = reads(has_jitter=False, serves_known=False)
    registry.take(0, 10)
    registry.partition.rate = registry.partition.tokens = 0
    shares = [registry.take(second, 10) for second in range(1, 33)]
    assert shares[28:] == [0.0, 1.0, 1.0, 1.0]


def test_a_new_one_that_is_refused_cannot_answer_and_asks_for_the_sum_next() -> None:
    registry = reads(units=113 / 8)
    assert registry.take(0, 10) == pytest.approx(0.9)
    assert registry.take(1, 10) == 0
    assert registry.requested == [pytest.approx(141.25), pytest.approx(9)]
