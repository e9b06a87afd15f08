"""One campaign that everybody signs at once, second by second, against AWS's limits: where it throttles, how far mail lags.

Deterministic by its seed. What a signature asks for is measured (`bench.scale.signature_lifetime`), what AWS grants is looked up
(`limits.json`). Everybody confirms as soon as the mail is there: the worst case for everything but patience.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.simulation.throttles import Environments, OnDemandTable, TokenBucket

if TYPE_CHECKING:
    from collections.abc import Mapping

RAMP_SECONDS = 60
DAY = 86_400
TRIES = 3  # boto3's, within about a second: what a second does not grant is asked for once more in the next
BATCH, JOBS_A_CALL, MAILS_A_BATCH = 100, 10, 10


@dataclass(frozen=True, slots=True)
class Needs:
    """What one signature asks for, measured. Units are write units, times are seconds as billed."""

    sign_units: float
    mail_units: float  # the mailer's marks, each mail
    report_units: float  # SES's report, each mail
    confirm_units: float
    tally_units: float  # each write of a tally
    records_a_mail: int  # changes in the stream, the report of SES included
    requests_to_sign: int
    requests_to_confirm: int
    request_seconds: float
    cold_seconds: float
    record_seconds: float  # the projector, each record
    tally_seconds: float
    jobs_call_seconds: float
    mail_seconds: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What is played."""

    rate: float
    seconds: int
    buckets: int = 16
    single_counter: bool = False  # every signature also adds one to the same item, as the request is answered
    mails_per_second: float = 50
    mailers: int = 2
    seed: int = 1


@dataclass
class Seen:
    """What happened, second by second, and when something was refused first."""

    first: dict[str, int] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    asked: float = 0.0
    signed: float = 0.0
    refused: float = 0.0
    uncounted: list[float] = field(default_factory=list)
    counted: list[float] = field(default_factory=list)
    unmailed: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def refuse(self, what: str, second: int, amount: float) -> None:
        """Something was asked for and not granted."""
        if amount > 1e-6:
            self.first.setdefault(what, second)
            self.missed[what] += amount  # type: ignore[assignment]  # parts of requests exist


@dataclass
class Campaign:
    """The state of one play."""

    scene: Scene
    needs: Needs
    limits: Mapping[str, Any]

    def __post_init__(self) -> None:
        scene, limits = self.scene, self.limits
        self.dice = random.Random(scene.seed)  # noqa: S311 - where keys lie and when people come
        self.table = _table(limits, [self.dice.random() for _ in range(scene.buckets)])
        units = limits["dynamodb"]["partition_write_units"]["value"]
        self.tally_partition = TokenBucket(units, units)
        self.counter = TokenBucket(units, units)
        gateway, functions = limits["api_gateway"], limits["lambda"]
        self.gateway = TokenBucket(gateway["requests_per_second"]["value"], gateway["requests_per_second"]["value"])
        at_once = functions["environments_per_10_seconds"]["value"]
        self.api = Environments(
            functions["account_concurrency"]["value"] - scene.mailers - self.table.partitions,
            TokenBucket(at_once / 10, at_once),
            min(functions["requests_per_environment"]["value"], 1 / self.needs.request_seconds),
            self.needs.cold_seconds,
        )
        self.again = [0.0] * scene.buckets
        self.pile = [0.0] * scene.buckets  # stream records that nobody has counted, by bucket
        self.owed = [0.0] * scene.buckets  # mails that those records will queue
        self.clicks = 0.0  # confirmation mails of the last second: each is clicked at once
        self.queue = self.asking = 0.0  # mails that wait; how many of them ask for a click
        self.asking_owed = [0.0] * scene.buckets
        self.seen = Seen()

    def play(self) -> Seen:
        """Runs as long as people sign."""
        for second in range(self.scene.seconds):
            self._second(second)
        return self.seen

    def _second(self, second: int) -> None:
        coming = self.scene.rate * min(1.0, (second + 1) / RAMP_SECONDS)
        coming = max(0.0, self.dice.gauss(coming, coming**0.5))
        through = self._through_the_door(second, coming)
        mailed = self._mail(second)
        self._write(second, through, mailed)
        self._count(second)
        self.seen.asked += coming
        self.seen.uncounted.append(sum(self.pile))
        self.seen.unmailed.append(self.queue + sum(self.owed))

    def _through_the_door(self, second: int, coming: float) -> float:
        """How many of those who come are let to the database, by API Gateway and by Lambda."""
        requests = coming * self.needs.requests_to_sign + self.clicks * self.needs.requests_to_confirm
        by_gateway = self.gateway.take(requests)
        self.seen.refuse("API Gateway: requests a second", second, requests - by_gateway)
        by_lambda = self.api.take(second, by_gateway)
        self.seen.refuse("Lambda: environments", second, by_gateway - by_lambda)
        through = coming * (by_lambda / requests if requests else 1.0)
        self.seen.refused += coming - through
        return through

    def _mail(self, second: int) -> float:
        by_mailers = self.scene.mailers / self.needs.mail_seconds
        most = min(self.scene.mails_per_second, by_mailers)
        sent = min(self.queue, most)
        what = "SES: mails a second" if self.scene.mails_per_second <= by_mailers else "MailConcurrency: mailers"
        self.seen.refuse(what, second, self.queue - sent)
        self.clicks_to_come = self.asking * sent / self.queue if self.queue else 0.0
        self.asking -= self.clicks_to_come
        self.queue -= sent
        return sent

    def _write(self, second: int, through: float, mailed: float) -> None:
        """Signing, the mailer's marks, the reports and the clicks, all into the buckets' partitions."""
        scene, needs = self.scene, self.needs
        if scene.single_counter:
            counted = self.counter.take(through)
            self.seen.refuse("one counter item: write units of its partition", second, through - counted)
            self.seen.refused += through - counted
            through = counted
        signs = [self.again[bucket] + through / scene.buckets for bucket in range(scene.buckets)]
        after = mailed * (needs.mail_units + needs.report_units) + self.clicks * needs.confirm_units
        wanted = {bucket: signs[bucket] * needs.sign_units + after / scene.buckets for bucket in range(scene.buckets)}
        granted = self.table.take(second, wanted)
        self.seen.refuse("Signatures table: write units", second, sum(n * (1 - granted[b]) for b, n in wanted.items()))
        answered = 0.0
        for bucket, asked in enumerate(signs):
            done = asked * granted[bucket]
            left, fresh = asked - done, through / scene.buckets
            self.again[bucket] = min(left, fresh)  # the others were asked for twice
            self.seen.refused += left - self.again[bucket]
            answered += done
            self.pile[bucket] += done + (mailed * needs.records_a_mail + self.clicks) / scene.buckets
            # What throttling takes from marks and clicks comes again by itself, a little later.
            self.owed[bucket] += done + self.clicks / scene.buckets
            self.asking_owed[bucket] += done
        self.clicks = self.clicks_to_come
        self.seen.signed += answered
        self.seen.answered.append(answered)

    def _count(self, second: int) -> None:
        """Each shard's projector takes what it can; tallies of one campaign lie in one partition of the Registry."""
        scene, needs = self.scene, self.needs
        shards: dict[int, list[int]] = {}
        for bucket in range(scene.buckets):
            shards.setdefault(self.table.partition_of(bucket), []).append(bucket)
        wanted: dict[int, float] = {}
        for shard, buckets in shards.items():
            wanted[shard] = min(sum(self.pile[b] for b in buckets), self._records_a_second(len(buckets)))
        writes = sum(self._tally_writes(n, len(shards[shard])) for shard, n in wanted.items())
        units = writes * needs.tally_units
        part = self.tally_partition.take(units) / units if units else 1.0
        self.seen.refuse("Registry: write units of the campaign's tallies", second, units * (1 - part))
        self.seen.counted.append(sum(wanted.values()) * part)
        for shard, buckets in shards.items():
            waiting = sum(self.pile[b] for b in buckets)
            done = wanted[shard] * part
            self.seen.refuse(
                "projector: a shard is worked off by one function", second, waiting - done if part == 1 else 0
            )
            for bucket in buckets:
                self._move(bucket, done / waiting if waiting else 0.0)

    def _move(self, bucket: int, part: float) -> None:
        """A part of a bucket's records is counted; the mails it owes go to the queue."""
        self.queue += self.owed[bucket] * part
        self.asking += self.asking_owed[bucket] * part
        for pile in (self.pile, self.owed, self.asking_owed):
            pile[bucket] *= 1 - part

    def _records_a_second(self, buckets: int) -> float:
        needs = self.needs
        tallies = min(buckets, BATCH) * needs.tally_seconds
        return BATCH / (BATCH * needs.record_seconds + tallies + BATCH / JOBS_A_CALL * needs.jobs_call_seconds)

    @staticmethod
    def _tally_writes(records: float, buckets: int) -> float:
        """Writes of tallies for so many records of a shard in a second: one a bucket and batch, one batch a second at least."""
        return min(records, max(1.0, records / BATCH) * buckets)


def _table(limits: Mapping[str, Any], places: list[float]) -> OnDemandTable:
    dynamodb = limits["dynamodb"]
    units, at_first = dynamodb["partition_write_units"]["value"], dynamodb["new_table_write_units"]["value"]
    partitions = int(at_first // units)
    return OnDemandTable(
        places=places,
        partition_units=units,
        table=TokenBucket(at_first, at_first * dynamodb["burst_seconds"]["value"]),
        split_after=int(limits["assumed"]["split_minutes"]["value"] * 60),
        edges=[n / partitions for n in range(1, partitions)],
    )


def days_of_mail(mails: float, per_second: float, mailers: int, needs: Needs, *, per_day: float = 0) -> float:
    """How many days so many mails take: by SES's rate, by the mailers, and by what SES takes in a day, if it says."""
    rate = min(per_second, mailers / needs.mail_seconds)
    a_day = min(rate * DAY, per_day) if per_day else rate * DAY
    return mails / a_day
