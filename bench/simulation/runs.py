"""Plays the campaign at every rate and with every layout, and sums up what happened; the same figures for the same needs."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from bench.simulation.campaign import Campaign, Scene, days_of_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.simulation.campaign import Needs, Seen

RATES = (10, 100, 1000, 5000)
SECONDS = 1800
SEEDS = range(1, 6)  # where the buckets fall among the partitions is luck
SES_RATES = (1, 14, 50, 500)
USUAL_SES_RATE = 14
MAX_MAILERS = 50  # the template's
LAYOUTS: dict[str, dict[str, Any]] = {
    "16 buckets": {},
    "1 bucket": {"buckets": 1},
    "single counter": {"single_counter": True},
}
PARTS = {
    "signing": ("API Gateway", "Lambda", "Signatures table", "one counter item"),
    "counting": ("projector", "Registry"),
    "mailing": ("SES", "MailConcurrency"),
}
WORTH_TELLING = 0.001  # of what was asked for
SAMPLES = 60  # points of a line in a picture


def mailers_for(per_second: float, needs: Needs) -> int:
    """How many mailers keep up with SES, as far as the template allows; it has two at least."""
    return min(MAX_MAILERS, max(2, math.ceil(per_second * needs.mail_seconds)))


def play(needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    """All of it."""
    scenes = {
        layout: {str(rate): _played(rate, about, needs, limits) for rate in RATES} for layout, about in LAYOUTS.items()
    }
    return {"seconds": SECONDS, "scenes": scenes, "mail": _mail(scenes["16 buckets"], needs, limits)}


def _played(rate: float, about: Mapping[str, Any], needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    mailers = mailers_for(USUAL_SES_RATE, needs)
    plays = [
        Campaign(
            Scene(rate, SECONDS, mails_per_second=USUAL_SES_RATE, mailers=mailers, seed=seed, **about), needs, limits
        ).play()
        for seed in SEEDS
    ]
    shares = [seen.signed / seen.asked for seen in plays]
    middle = plays[shares.index(statistics.median_low(shares))]
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


def _refusals(seen: Seen, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """What of a part was refused, and when first, in that order; what is less than a thousandth of all is not told."""
    found = sorted(
        (second, what)
        for what, second in seen.first.items()
        if what.startswith(names) and seen.missed[what] > seen.asked * WORTH_TELLING
    )
    return [{"what": what, "second": second} for second, what in found]


def _seconds_behind(seen: Seen) -> float:
    """How long the projector needs for what waits, at the pace of the last minute."""
    pace = statistics.mean(seen.counted[-60:])
    return seen.uncounted[-1] / pace if pace and seen.uncounted[-1] > pace else 0.0


def _mail(scenes: Mapping[str, Any], needs: Needs, limits: Mapping[str, Any]) -> dict[str, Any]:
    """Days until the last mail of that half hour is out, by SES's rate; two mails a signature."""
    sandbox = limits["ses"]["sandbox_per_day"]["value"]
    told: dict[str, Any] = {}
    for per_second in SES_RATES:
        mailers = mailers_for(per_second, needs)
        days = {
            rate: round(
                days_of_mail(
                    2 * scene["signed"], per_second, mailers, needs, per_day=sandbox if per_second == 1 else 0
                ),
                4,
            )
            for rate, scene in scenes.items()
        }
        told[str(per_second)] = {
            "mailers": mailers,
            "per_second": round(min(per_second, mailers / needs.mail_seconds), 1),
            "days": days,
        }
    return told
