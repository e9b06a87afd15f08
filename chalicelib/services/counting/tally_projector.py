"""Keeps tallies equal to their signatures: each change is counted once, whatever is redelivered or crashes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.addresses.email_addresses import normalised
from chalicelib.domain.counting.contributions import recount
from chalicelib.domain.counting.tallies import HOURS_KEPT_DAYS, MERGED, hour_of, without_labels
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.storage.counting.tallies import group_by_bucket, without_events
from chalicelib.storage.queues import MailJob
from chalicelib.storage.signatures.stream_records import RECORD_FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.counting.contributions import Change
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.campaigns.label_admission import LabelAdmission
    from chalicelib.storage.counting.tallies import Tallies
    from chalicelib.storage.queues import MailQueue
    from chalicelib.storage.signatures.left_signers import LeftSigners
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a tally and its signatures disagree: `missing` is what must be added to the counters."""

    campaign: str
    bucket: int
    missing: Mapping[str, int]


@dataclass(slots=True)
class TallyProjector:
    """Counts changes, queues the emails they cause, and checks the counters."""

    signatures: Signatures
    tallies: Tallies
    queue: MailQueue
    campaign_reader: CampaignReader
    label_admission: LabelAdmission
    mail_marks: MailMarks
    left_signers: LeftSigners
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def count(self, changes: Sequence[Change]) -> None:
        """Counts a batch, then queues its emails. The batch is safe to repeat. Raises Unavailable.

        A change that cannot be counted is set aside with a metric, and the others go on.
        """
        for (campaign, bucket), group in group_by_bucket(changes).items():
            self._fold(campaign, bucket, group)
        for change in changes:
            self._keep_first_form(change)
            self._date_by_form(change)
            if change.new is None and change.old and change.old.has_left:  # it was 30 days old
                self.left_signers.add(change.old.key)
        effects = [_effects(change) for change in changes if not self._is_restarted(change)]
        jobs = {(job.campaign, job.signature): job for caused, _ in effects for job in caused}
        self.queue.add(job for _, job in sorted(jobs.items()))
        for job in jobs.values():
            with log.for_request(job.request):
                log.info("mail queued", campaign=job.campaign, signature=job.signature)
        if moves := sum((moved for _, moved in effects), Counter()):
            log.metrics(moves, message="changes counted")

    def _keep_first_form(self, change: Change) -> None:
        """Anybody who knows an address can send its pending form again: with the same words, that changes nothing about it.

        Here, and not in the request, whose cost would tell that the address had signed.
        """
        old, new = change.old, change.new
        if not (old and new and old.is_pending and new.is_pending) or old.fingerprint != new.fingerprint:
            return
        if old.marks.asked_at != new.marks.asked_at and _origin(old) != _origin(new):
            self.signatures.keep_first_form(old, new, now=self.clock())

    def _date_by_form(self, change: Change) -> None:
        old, new = change.old, change.new
        if old and new and old.withdrawn_by == Withdrawer.UNDO and not (new.is_withdrawn or new.is_external):
            self.signatures.paper.date_by_form(new, old)

    def _is_restarted(self, change: Change) -> bool:
        """Starts the emails anew for an address that was spelled otherwise before; the change by that queues the first one.

        Otherwise a spelling that bounces could use up the owner's emails.
        """
        old, new = change.old, change.new
        if not (old and new and old.is_pending and new.is_pending) or normalised(old.email) == normalised(new.email):
            return False
        return self.mail_marks.restart_emails(new, now=self.clock())

    def _fold(self, campaign: str, bucket: int, changes: Sequence[Change]) -> None:
        """Counts the changes of one bucket together, or one by one if that fails."""
        try:
            self.tallies.apply(campaign, bucket, changes)
        except RECORD_FAULTS:
            if len(changes) == 1:
                _set_aside(changes[0])
                self._skip(changes[0])
                return
            for change in changes:
                self._fold(campaign, bucket, [change])

    def _skip(self, change: Change) -> None:
        try:
            self.tallies.skip(*change.bucket, change)
        except RECORD_FAULTS:
            log.exception("a tally takes no writes", **_place(change))

    def forget_old(self, campaign: str, bucket: int, now: datetime) -> None:
        """Drops the counters that nobody needs any more: once a day for each bucket, and with the first for its campaign."""
        self.tallies.forget_old(campaign, bucket, hour_of(now - timedelta(days=HOURS_KEPT_DAYS)))
        if bucket == 0:
            self.label_admission.prune(campaign, self.tallies.get(campaign))

    def verify(self, campaign: str | None = None) -> list[Difference]:
        """Returns where counters and signatures differ, after waiting for a difference that the running stream may explain."""
        differences = [self.verify_bucket(*place) for place in self._each_bucket(campaign)]
        return [difference for difference in differences if difference]

    def differs(self, campaign: str, bucket: int, counted: Mapping[str, int]) -> bool:
        """True when a bucket's counters are not what was just `counted`, perhaps only because the stream is running."""
        counters, _ = self.tallies.get_bucket(campaign, bucket)
        return _difference(campaign, bucket, counters, counted) is not None

    def verify_bucket(self, campaign: str, bucket: int) -> Difference | None:
        """Returns the difference in one bucket, if it stays the same while no change is being counted."""
        last: Difference | None = None
        for _ in range(TRIES):
            counters, stream_position = self.tallies.get_bucket(campaign, bucket)
            counted = recount(self.signatures.scan(campaign, bucket))
            difference = _difference(campaign, bucket, counters, counted)
            has_moved = self.tallies.get_bucket(campaign, bucket)[1] != stream_position
            if difference is None or (difference == last and not has_moved):
                return difference
            last = None if has_moved else difference
            self.sleep(2.0)
        return None  # it was different each time: the stream is behind

    def repair(self, campaign: str | None = None, *, restart: bool = False) -> list[Difference]:
        """Corrects the counters from the signatures and returns what differed.

        Only while nobody is signing and the stream has been worked through; with `restart` when the stream starts over.
        """
        return [
            difference
            for place in self._each_bucket(campaign)
            if (difference := self._repair_bucket(*place, restart=restart))
        ]

    def _repair_bucket(self, campaign: str, bucket: int, *, restart: bool) -> Difference | None:
        for _ in range(TRIES):
            counters, stream_position = self.tallies.get_bucket(campaign, bucket)
            counted = recount(self.signatures.scan(campaign, bucket))
            difference = _difference(campaign, bucket, counters, counted)
            if difference is None and not (restart and stream_position):
                return None
            if self.tallies.reset(campaign, bucket, counted, seen=stream_position, restart=restart):
                return difference
        log.warning("tally not repaired: it is still changing", campaign=campaign, bucket=bucket)
        return None

    def _each_bucket(self, campaign: str | None) -> Iterator[tuple[str, int]]:
        if campaign is not None:
            buckets = self.campaign_reader.get_stored(campaign).campaign.buckets
            yield from ((campaign, bucket) for bucket in range(buckets))
            return
        for summary in self.campaign_reader.store.list():
            yield from ((summary.id, bucket) for bucket in range(summary.buckets))


def report(difference: Difference) -> None:
    """Logs a difference as a metric."""
    log.metric(
        "tally_difference",
        sum(map(abs, difference.missing.values())),
        campaign=difference.campaign,
        bucket=difference.bucket,
        difference=dict(difference.missing),
    )


def _difference(
    campaign: str, bucket: int, counters: Mapping[str, int], counted: Mapping[str, int]
) -> Difference | None:
    stored = without_events(counters)
    if counters.get(MERGED):  # nobody can say any more which label a signature was counted under
        counted, stored = without_labels(counted), without_labels(stored)
    missing = Counter(counted)
    missing.subtract(stored)
    wrong = {name: n for name, n in sorted(missing.items()) if n}
    return Difference(campaign, bucket, wrong) if wrong else None


def _set_aside(change: Change) -> None:
    log.exception("a change could not be counted", **_place(change))
    log.metric("unreadable_record", 1)


def _place(change: Change) -> dict[str, Any]:
    campaign, bucket = change.bucket
    signature = change.new or change.old
    return {"campaign": campaign, "bucket": bucket, "signature": signature.id if signature else ""}


def _origin(signature: Signature) -> tuple[object, ...]:
    return (signature.source, signature.referrer, dict(signature.utm), signature.language)


def _effects(change: Change) -> tuple[list[MailJob], Counter[str]]:
    """The emails that a change causes, and its moves; none if that cannot be told, and the daily round looks again."""
    try:
        return list(mail_jobs(change)), _moves(change)
    except RECORD_FAULTS:
        _set_aside(change)
        return [], Counter()


def mail_jobs(change: Change) -> Iterator[MailJob]:
    """Yields a job when the change made an email due; the mailer's own marks make none."""
    new, old = change.new, change.old
    if new is None or new.owed_mail() is None:
        return
    if old is None or old.mail_cause() != new.mail_cause():
        yield MailJob(new.campaign, new.id, new.request)


def _moves(change: Change) -> Counter[str]:
    """Returns whether a signature became pending or was confirmed: what the confirmation rate is made of."""
    was, now = (v is not None and v.is_pending and not v.is_honeypot_held for v in (change.old, change.new))
    is_confirmed = was and change.new is not None and change.new.is_confirmed
    return +Counter({"pending": int(now and not was), "confirmed": int(is_confirmed)})
