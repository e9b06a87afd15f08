"""Simulates the campaign at every rate and with every layout, and sums up the outcomes. Deterministic."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from bench.simulation.campaign import CampaignSimulation, Scene, days_to_send
from bench.simulation.registry_reads import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.simulation.campaign import Needs, Outcome

RATES = (10, 100, 1000, 5000)
SECONDS = 1800
SEEDS = range(1, 6)  # which partition holds which bucket depends on the seed
SES_RATES = (1, 14, 50, 500)
USUAL_SES_RATE = 14
MAX_MAILERS = 50  # the template's
LAYOUTS: dict[str, dict[str, Any]] = {
    "16 buckets": {},
    "1 bucket": {"buckets": 1},
    "single counter": {"single_counter": True},
}
# What reading the campaign costs, and what each of three measures changes about it.
YEAR_OLD_TALLY_KB, READ_SECONDS, READ_BUCKETS = 24, 600, (16, 64)
READINGS: dict[str, dict[str, bool]] = {
    "together, every bucket, refused means 503": {"has_jitter": False, "serves_known": False, "has_sums": False},
    "and not together": {"serves_known": False, "has_sums": False},
    "and what is known is served": {"has_sums": False},
    "and one sum instead of every bucket (as it is)": {},
}
PARTS = {
    "signing": ("API Gateway", "Lambda", "Registry: read", "Signatures table", "one counter item"),
    "counting": ("projector", "Registry: write"),
    "mailing": ("SES", "MailConcurrency"),
}
MIN_REPORTED_SHARE = 0.001
SAMPLES = 60  # points per line of a chart


def mailers_for(per_second: float, needs: Needs) -> int:
    """How many mailers keep up with SES, within the template's limits of 2 and 50."""
    return min(MAX_MAILERS, max(2, math.ceil(per_second * needs.mail_seconds)))


def simulate(needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    """Every scene, and how long the emails take."""
    scenes = {
        layout: {str(rate): _simulate_one(rate, layout_options, needs, limits) for rate in RATES}
        for layout, layout_options in LAYOUTS.items()
    }
    reads = {
        str(buckets): {
            name: _simulate_reads(Reading(YEAR_OLD_TALLY_KB, buckets, **measures), needs, limits)
            for name, measures in READINGS.items()
        }
        for buckets in READ_BUCKETS
    }
    return {"seconds": SECONDS, "scenes": scenes, "reads": reads, "mail": _mail(scenes["16 buckets"], needs, limits)}


def _simulate_reads(reading: Reading, needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    """The busiest scene with counters that are a year old, up to where everything has long been cached."""
    scene = Scene(max(RATES), READ_SECONDS, reading.buckets, emails_per_second=USUAL_SES_RATE, reading=reading)
    campaign = CampaignSimulation(scene, needs, limits)
    refused = campaign.run().missed["Registry: read units of the campaign"]
    requests = campaign.outcome.arrived * needs.requests_to_sign
    return {
        "units_at_most": round(max(campaign.registry.requested)),
        "units_each_second": round(statistics.mean(campaign.registry.requested[-60:]), 1),
        "refused": round(refused / requests, 4),
    }


def _simulate_one(
    rate: float, layout_options: Mapping[str, Any], needs: Needs, limits: Mapping[str, Any]
) -> dict[str, Any]:
    mailers = mailers_for(USUAL_SES_RATE, needs)
    outcomes = [
        CampaignSimulation(
            Scene(rate, SECONDS, emails_per_second=USUAL_SES_RATE, mailers=mailers, seed=seed, **layout_options),
            needs,
            limits,
        ).run()
        for seed in SEEDS
    ]
    shares = [one.signed / one.arrived for one in outcomes]
    middle = outcomes[shares.index(statistics.median_low(shares))]
    step = SECONDS // SAMPLES
    return {
        "answered": round(statistics.median_low(shares), 3),
        "answered_at_worst": round(min(shares), 3),
        "answered_each_second": round(statistics.mean(middle.answered[-60:]), 1),
        "signed": round(middle.signed),
        "refusals": {part: _refusals(middle, names) for part, names in PARTS.items()},
        "seconds_behind": round(_seconds_behind(middle)),
        "uncounted": [round(n) for n in middle.uncounted[step - 1 :: step]],
    }


def _refusals(outcome: Outcome, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a part refused and since when, earliest first; less than a thousandth of all requests is left out."""
    refusals = sorted(
        (second, what)
        for what, second in outcome.first.items()
        if what.startswith(names) and outcome.missed[what] > outcome.arrived * MIN_REPORTED_SHARE
    )
    return [{"what": what, "second": second} for second, what in refusals]


def _seconds_behind(outcome: Outcome) -> float:
    """How long the projector needs for its backlog, at the pace of the last minute."""
    pace = statistics.mean(outcome.counted[-60:])
    return outcome.uncounted[-1] / pace if pace and outcome.uncounted[-1] > pace else 0.0


def _mail(scenes: Mapping[str, Any], needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    """Days until the last email of that half hour is sent, by SES's rate; two emails per signature."""
    sandbox = limits["ses"]["sandbox_per_day"]["value"]
    by_rate: dict[str, Any] = {}
    for per_second in SES_RATES:
        mailers = mailers_for(per_second, needs)
        days = {
            rate: round(
                days_to_send(
                    2 * scene["signed"], per_second, mailers, needs, per_day=sandbox if per_second == 1 else 0
                ),
                4,
            )
            for rate, scene in scenes.items()
        }
        by_rate[str(per_second)] = {
            "mailers": mailers,
            "per_second": round(min(per_second, mailers / needs.mail_seconds), 1),
            "days": days,
        }
    return by_rate
