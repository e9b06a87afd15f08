"""The play's arithmetic: token buckets, partitions, environments, and a campaign in which nobody gets lost."""

from __future__ import annotations

import pytest

from bench.scale import costs
from bench.simulation import runs
from bench.simulation.campaign import CampaignSimulation, Needs, Scene, days_to_send
from bench.simulation.throttles import Environments, OnDemandTable, TokenBucket, granted_share

NEEDS = Needs(
    sign_units=2,
    mail_units=2,
    report_units=1,
    confirm_units=1,
    tally_units=5,
    records_per_email=3,
    requests_to_sign=3,
    requests_to_confirm=2,
    request_seconds=0.02,
    cold_seconds=2,
    record_seconds=0.001,
    tally_seconds=0.008,
    jobs_call_seconds=0.015,
    mail_seconds=0.15,
)


def a_table(places: list[float], *, split_after: int = 1800) -> OnDemandTable:
    return OnDemandTable(places, 1000, TokenBucket(4000, 1_200_000), split_after, [0.25, 0.5, 0.75])


def simulate(**changes: float) -> CampaignSimulation:
    scene: dict[str, float] = {"rate": 100, "seconds": 300, **changes}
    campaign = CampaignSimulation(Scene(**scene), NEEDS, costs.LIMITS)  # type: ignore[arg-type]
    campaign.run()
    return campaign


def test_a_bucket_gives_what_it_has_and_keeps_no_more_than_its_depth() -> None:
    bucket = TokenBucket(rate=10, depth=25)
    assert bucket.take(20) == 20
    assert bucket.take(20) == 15  # 5 left, 10 came
    assert bucket.take(20) == 10
    for _ in range(9):
        bucket.take(0)
    assert bucket.take(100) == 25


@pytest.mark.parametrize(("wanted", "capacity", "part"), [([1, 2], 3, 1.0), ([3, 3], 3, 0.5), ([], 3, 1.0)])
def test_what_is_too_much_is_cut_alike(wanted: list[float], capacity: float, part: float) -> None:
    assert granted_share(wanted, capacity) == part


def test_keys_of_one_partition_share_its_thousand_units() -> None:
    table = a_table([0.1, 0.2, 0.9])
    assert table.take(0, {0: 1500, 1: 500, 2: 1000}) == {0: 0.5, 1: 0.5, 2: 1.0}


def test_a_hot_partition_is_split_between_its_keys_after_a_while_and_a_single_key_never() -> None:
    table = a_table([0.1, 0.2, 0.9], split_after=10)
    for second in range(20):
        granted = table.take(second, {0: 900, 1: 900, 2: 2000})
    assert granted == {0: 1.0, 1: 1.0, 2: 0.5}
    assert table.partitions == 5


def test_a_table_that_used_little_may_burst_over_its_rate_and_no_longer_than_it_saved() -> None:
    table = OnDemandTable([0.1], 10_000, TokenBucket(4000, 8000), 1800, [])
    assert table.take(0, {0: 8000}) == {0: 1.0}
    assert table.take(1, {0: 8000}) == {0: 0.5}


def test_environments_come_at_their_rate_up_to_the_account_and_serve_when_they_are_warm() -> None:
    api = Environments(150, TokenBucket(rate=100, depth=100), requests_each=10, cold_seconds=2)
    assert api.take(0, 1000) == 100  # each takes the request that started it
    assert api.take(1, 1000) == 50
    assert api.take(2, 1000) == 1000
    assert api.take(3, 5000) == 1500
    assert api.in_use == 150


def test_the_same_seed_behaves_the_same_and_another_does_not() -> None:
    first, again, other = simulate().outcome, simulate().outcome, simulate(seed=2).outcome
    assert first == again
    assert first.answered != other.answered


def test_everybody_is_answered_refused_or_waits_for_the_second_try() -> None:
    for rate in (100, 5000):
        campaign = simulate(rate=rate)
        outcome = campaign.outcome
        assert outcome.signed + outcome.refused + sum(campaign.retries) == pytest.approx(outcome.arrived)


def test_every_signature_is_counted_and_mailed_in_the_end_or_still_waits() -> None:
    campaign = simulate(emails_per_second=20, mailers=10)
    outcome = campaign.outcome
    assert outcome.unmailed[-1] > 0
    sent = 20 * 300
    assert outcome.signed < outcome.unmailed[-1] + sent < 2 * outcome.signed + 20


def test_one_bucket_signs_what_one_partition_takes() -> None:
    campaign = simulate(rate=1000, buckets=1, emails_per_second=1)
    assert max(campaign.outcome.answered) == pytest.approx(500, abs=5)
    assert campaign.outcome.first["Signatures table: write units"] < 60


def test_a_single_counter_signs_a_thousand_a_second_and_no_more() -> None:
    outcome = simulate(rate=3000, single_counter=True, emails_per_second=1).outcome
    assert max(outcome.answered) <= 1000
    assert "one counter item: write units of its partition" in outcome.first


def test_a_rate_that_fits_is_refused_nothing() -> None:
    outcome = simulate(rate=10, emails_per_second=50, mailers=10).outcome
    assert outcome.refused == pytest.approx(0, abs=1)
    assert not any(name.startswith(("Signatures", "API", "projector", "Registry")) for name in outcome.first)


def test_mail_takes_the_slower_of_rate_and_mailers_and_a_days_quota() -> None:
    assert days_to_send(86_400, 1, 2, NEEDS) == 1
    assert days_to_send(86_400 * 10, 100, 3, NEEDS) == pytest.approx(0.5)  # 3 mailers send 20 a second
    assert days_to_send(2000, 1, 2, NEEDS, per_day=200) == 10


def test_mailers_are_enough_for_the_rate_as_far_as_the_template_goes() -> None:
    assert [runs.mailers_for(rate, NEEDS) for rate in (1, 14, 50, 500)] == [2, 3, 8, 50]
