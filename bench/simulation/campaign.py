"""Simulates a campaign that everybody signs at once, second by second: where AWS throttles, how far email lags behind.

Deterministic for a seed. What a signature needs is measured (`bench.scale.signature_lifetime`), what AWS grants is
documented (`bench/scale/limits.json`). Everybody confirms as soon as the email arrives: the worst case for the load.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.simulation.registry_reads import Reading, RegistryReads
from bench.simulation.throttles import Environments, OnDemandTable, TokenBucket

if TYPE_CHECKING:
    from collections.abc import Mapping

RAMP_SECONDS = 60
DAY = 86_400
TRIES = 3  # boto3's, within about a second: what one second does not grant is tried once more in the next
BATCH, JOBS_PER_CALL, EMAILS_PER_BATCH = 100, 10, 10


@dataclass(frozen=True, slots=True)
class Needs:
    """What one signature needs, as measured. Units are write units, times are billed seconds."""

    sign_units: float
    mail_units: float  # the mailer's marks, per email
    report_units: float  # SES's report, per email
    confirm_units: float
    tally_units: float  # per write of a tally
    records_per_email: int  # changes in the stream, including SES's report
    requests_to_sign: int
    requests_to_confirm: int
    request_seconds: float
    cold_seconds: float
    record_seconds: float  # in the projector, per record
    tally_seconds: float
    jobs_call_seconds: float
    mail_seconds: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What is simulated."""

    rate: float
    seconds: int
    buckets: int = 16
    single_counter: bool = False  # every request also increments one and the same item
    emails_per_second: float = 50
    mailers: int = 2
    seed: int = 1
    reading: Reading | None = None  # None: as the app does it, with the counters that were measured


@dataclass
class Outcome:
    """What happened, second by second, and when something was first refused."""

    first: dict[str, int] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    arrived: float = 0.0
    signed: float = 0.0
    refused: float = 0.0
    uncounted: list[float] = field(default_factory=list)
    counted: list[float] = field(default_factory=list)
    unmailed: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def refuse(self, what: str, second: int, amount: float) -> None:
        """Record that `amount` of something was refused."""
        if amount > 1e-6:
            self.first.setdefault(what, second)
            self.missed[what] += amount  # type: ignore[assignment]  # fractions of requests exist


@dataclass
class CampaignSimulation:
    """The state of one simulation."""

    scene: Scene
    needs: Needs
    limits: Mapping[str, Any]

    def __post_init__(self) -> None:
        scene, limits = self.scene, self.limits
        self.dice = random.Random(scene.seed)  # noqa: S311 - a simulation, not a secret
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
        read_units = limits["dynamodb"]["partition_read_units"]["value"]
        reading = scene.reading or Reading(self.needs.tally_units, scene.buckets)
        self.registry = RegistryReads(reading, TokenBucket(read_units, read_units))
        self.retries = [0.0] * scene.buckets
        self.backlog = [0.0] * scene.buckets  # uncounted stream records, by bucket
        self.due_emails = [0.0] * scene.buckets  # emails that those records will queue
        self.clicks = 0.0  # confirmation emails of the last second: each is clicked at once
        self.queue = self.confirmations = 0.0  # waiting emails, and how many of them ask for confirmation
        self.due_confirmations = [0.0] * scene.buckets
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Simulate every second of the scene."""
        for second in range(self.scene.seconds):
            self._second(second)
        return self.outcome

    def _second(self, second: int) -> None:
        coming = self.scene.rate * min(1.0, (second + 1) / RAMP_SECONDS)
        coming = max(0.0, self.dice.gauss(coming, coming**0.5))
        admitted = self._admit(second, coming)
        emailed = self._send_emails(second)
        self._write(second, admitted, emailed)
        self._count(second)
        self.outcome.arrived += coming
        self.outcome.uncounted.append(sum(self.backlog))
        self.outcome.unmailed.append(self.queue + sum(self.due_emails))

    def _admit(self, second: int, coming: float) -> float:
        """How many signers reach the database, past the limits of API Gateway and Lambda."""
        requests = coming * self.needs.requests_to_sign + self.clicks * self.needs.requests_to_confirm
        by_gateway = self.gateway.take(requests)
        self.outcome.refuse("API Gateway: requests per second", second, requests - by_gateway)
        by_lambda = self.api.take(second, by_gateway)
        self.outcome.refuse("Lambda: environments", second, by_gateway - by_lambda)
        unable = self.registry.take(second, self.api.in_use)
        admitted = coming * (by_lambda / requests if requests else 1.0) * (1 - unable)
        self.outcome.refuse("Registry: read units of the campaign", second, by_lambda * unable)
        self.outcome.refused += coming - admitted
        return admitted

    def _send_emails(self, second: int) -> float:
        by_mailers = self.scene.mailers / self.needs.mail_seconds
        limit = min(self.scene.emails_per_second, by_mailers)
        sent = min(self.queue, limit)
        what = "SES: emails per second" if self.scene.emails_per_second <= by_mailers else "MailConcurrency: mailers"
        self.outcome.refuse(what, second, self.queue - sent)
        self.clicks_to_come = self.confirmations * sent / self.queue if self.queue else 0.0
        self.confirmations -= self.clicks_to_come
        self.queue -= sent
        return sent

    def _write(self, second: int, admitted: float, emailed: float) -> None:
        """Writes of signing, the mailer's marks, SES's reports and clicks, to the partitions of the buckets."""
        scene, needs = self.scene, self.needs
        if scene.single_counter:
            counted = self.counter.take(admitted)
            self.outcome.refuse("one counter item: write units of its partition", second, admitted - counted)
            self.outcome.refused += admitted - counted
            admitted = counted
        signs = [self.retries[bucket] + admitted / scene.buckets for bucket in range(scene.buckets)]
        after = emailed * (needs.mail_units + needs.report_units) + self.clicks * needs.confirm_units
        requested = {
            bucket: signs[bucket] * needs.sign_units + after / scene.buckets for bucket in range(scene.buckets)
        }
        granted = self.table.take(second, requested)
        self.outcome.refuse(
            "Signatures table: write units", second, sum(n * (1 - granted[b]) for b, n in requested.items())
        )
        answered = 0.0
        for bucket, attempts in enumerate(signs):
            done = attempts * granted[bucket]
            failed, first_attempts = attempts - done, admitted / scene.buckets
            self.retries[bucket] = min(failed, first_attempts)  # the others have been retried already
            self.outcome.refused += failed - self.retries[bucket]
            answered += done
            self.backlog[bucket] += done + (emailed * needs.records_per_email + self.clicks) / scene.buckets
            # Throttled marks and clicks are retried a little later by themselves.
            self.due_emails[bucket] += done + self.clicks / scene.buckets
            self.due_confirmations[bucket] += done
        self.clicks = self.clicks_to_come
        self.outcome.signed += answered
        self.outcome.answered.append(answered)

    def _count(self, second: int) -> None:
        """Each shard's projector handles what it can; all tallies of a campaign are in one partition of the Registry."""
        scene, needs = self.scene, self.needs
        shards: dict[int, list[int]] = {}
        for bucket in range(scene.buckets):
            shards.setdefault(self.table.partition_of(bucket), []).append(bucket)
        requested: dict[int, float] = {}
        for shard, buckets in shards.items():
            requested[shard] = min(sum(self.backlog[b] for b in buckets), self._records_per_second(len(buckets)))
        writes = sum(self._tally_writes(n, len(shards[shard])) for shard, n in requested.items())
        units = writes * needs.tally_units
        part = self.tally_partition.take(units) / units if units else 1.0
        self.outcome.refuse("Registry: write units of the campaign's tallies", second, units * (1 - part))
        self.outcome.counted.append(sum(requested.values()) * part)
        for shard, buckets in shards.items():
            waiting = sum(self.backlog[b] for b in buckets)
            done = requested[shard] * part
            self.outcome.refuse("projector: one function per shard", second, waiting - done if part == 1 else 0)
            for bucket in buckets:
                self._move(bucket, done / waiting if waiting else 0.0)

    def _move(self, bucket: int, part: float) -> None:
        """A part of a bucket's records is counted, and their emails go to the queue."""
        self.queue += self.due_emails[bucket] * part
        self.confirmations += self.due_confirmations[bucket] * part
        for part_of in (self.backlog, self.due_emails, self.due_confirmations):
            part_of[bucket] *= 1 - part

    def _records_per_second(self, buckets: int) -> float:
        needs = self.needs
        tallies = min(buckets, BATCH) * needs.tally_seconds
        return BATCH / (BATCH * needs.record_seconds + tallies + BATCH / JOBS_PER_CALL * needs.jobs_call_seconds)

    @staticmethod
    def _tally_writes(records: float, buckets: int) -> float:
        """Writes of tallies per second for a shard: one per bucket and batch, with at least one batch."""
        return min(records, max(1.0, records / BATCH) * buckets)


def _table(limits: Mapping[str, Any], places: list[float]) -> OnDemandTable:
    dynamodb = limits["dynamodb"]
    units, initial = dynamodb["partition_write_units"]["value"], dynamodb["new_table_write_units"]["value"]
    partitions = int(initial // units)
    return OnDemandTable(
        places=places,
        partition_units=units,
        table=TokenBucket(initial, initial * dynamodb["burst_seconds"]["value"]),
        split_after=int(limits["assumed"]["split_minutes"]["value"] * 60),
        edges=[n / partitions for n in range(1, partitions)],
    )


def days_to_send(emails: float, per_second: float, mailers: int, needs: Needs, *, per_day: float = 0) -> float:
    """Days that `emails` take, limited by SES's rate, by the mailers, and by SES's daily quota if there is one."""
    rate = min(per_second, mailers / needs.mail_seconds)
    daily = min(rate * DAY, per_day) if per_day else rate * DAY
    return emails / daily
