"""The daily round: verifies tallies, queues emails still owed, requests one reminder; it resumes where it stopped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.counting.contributions import contribution
from chalicelib.domain.mail.due_mail import due_email
from chalicelib.domain.signatures.mail_marks import GIVEN_UP, Outcome
from chalicelib.services.containment import contained
from chalicelib.services.counting.tally_projector import report
from chalicelib.storage.queues import MailJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.counting.tally_projector import TallyProjector
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.storage.dynamodb.checkpoints import Checkpoints
    from chalicelib.storage.queues import MailQueue
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures

OWED_AFTER = timedelta(hours=1)
ROUND, RESUMED = "daily", "resumed"
# Mailers cache the pause: for this long after resuming they may still leave an email unsent.
RESUME_DELAY_SECONDS = 60


@dataclass(slots=True)
class MailReconciliation:
    """Goes through every bucket of every campaign once a day."""

    campaign_reader: CampaignReader
    signatures: Signatures
    mail_marks: MailMarks
    tally_projector: TallyProjector
    queue: MailQueue
    checkpoints: Checkpoints
    mail_pause: MailPause
    clock: Callable[[], datetime]

    def reconcile(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Runs today's round, or the rest of it, bucket by bucket while `has_time()`. Returns True when the round is complete."""
        today = self.clock().date().isoformat()
        done_until = self.checkpoints.get(ROUND, today)
        for campaign, bucket in self._buckets():
            position = f"{campaign.id}#{bucket:02}"
            if position <= done_until or campaign.is_dormant(self.clock()):
                continue
            if not has_time():
                return False
            with contained("email and tallies", campaign.id, bucket=bucket):
                self._reconcile_bucket(campaign, bucket)
            self.checkpoints.set(ROUND, today, position)
        return True

    def queue_resumed(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Queues what waited while email was paused, once per resumption. Returns True when nothing is left to queue."""
        pause_state, done_until = self.mail_pause.get_state(), self.checkpoints.get(RESUMED, "")
        if pause_state.is_paused:
            return True
        resumed = {
            summary.id: max(pause_state.resumed_at, summary.mail_resumed_at or "")
            for summary in self.campaign_reader.store.list()
            if not summary.mail_paused
        }
        for campaign in sorted(name for name, resumed_at in resumed.items() if resumed_at > done_until):
            is_done = True  # of one that fails, the daily round looks for what is owed
            with contained("resumed email", campaign):
                is_done = self._queue_campaign(campaign, has_time)
            if not is_done:
                return False
        if latest := max(resumed.values(), default=""):
            self.checkpoints.set(RESUMED, "", max(latest, done_until))
        return True

    def _queue_campaign(self, campaign_id: str, has_time: Callable[[], bool]) -> bool:
        campaign = self.campaign_reader.get_fresh_snapshot(campaign_id).campaign
        if campaign.is_dormant(self.clock()):
            return True
        for bucket in range(campaign.buckets):
            if not has_time():
                return False
            signatures = self.signatures.scan(campaign.id, bucket)
            jobs = self._owed_jobs(campaign, signatures, timedelta(0))
            queued = self.queue.add(jobs, delay_seconds=RESUME_DELAY_SECONDS)
            log.info("due mail queued", campaign=campaign.id, bucket=bucket, jobs=queued)
        return True

    def _reconcile_bucket(self, campaign: Campaign, bucket: int) -> None:
        """Reads the bucket once; only if its tally looks wrong is it read again, to rule out signatures in motion."""
        counted: Counter[str] = Counter()
        jobs = self.queue.add(
            self._owed_jobs(campaign, self._counted_and_reminded(campaign, bucket, counted), OWED_AFTER)
        )
        if jobs:
            log.info("due mail queued", campaign=campaign.id, bucket=bucket, jobs=jobs)
        self.tally_projector.forget_old(campaign.id, bucket, self.clock())
        if self.tally_projector.differs(campaign.id, bucket, counted) and (
            difference := self.tally_projector.verify_bucket(campaign.id, bucket)
        ):
            report(difference)

    def _counted_and_reminded(self, campaign: Campaign, bucket: int, counted: Counter[str]) -> Iterator[Signature]:
        """Yields the bucket's signatures; counts each and requests its reminder on the way."""
        for signature in self.signatures.scan(campaign.id, bucket):
            counted.update(contribution(signature))
            now = self.clock()
            if campaign.reminders and campaign.is_open(now) and signature.is_to_be_reminded(now):
                self.mail_marks.request_reminder(signature, now=now)
            yield signature

    def queue_owed(self, older_than: timedelta = OWED_AFTER) -> int:
        """Queues every email that has been owed for longer than `older_than`; returns how many. Queueing one twice is harmless."""
        return sum(
            self.queue.add(self._owed_jobs(campaign, self.signatures.scan(campaign.id, bucket), older_than))
            for campaign, bucket in self._buckets()
        )

    def queue_refused(self) -> int:
        """Queues every email that SES refused for good, once its cause is mended; returns how many."""
        return sum(
            self.queue.add(
                MailJob(campaign.id, signature.id, signature.request)
                for signature in self.signatures.scan(campaign.id, bucket)
                if signature.marks.outcome is Outcome.FAILED and self._is_due(campaign, signature)
            )
            for campaign, bucket in self._buckets()
        )

    def _owed_jobs(
        self, campaign: Campaign, signatures: Iterable[Signature], older_than: timedelta
    ) -> Iterator[MailJob]:
        for signature in signatures:
            if self._is_owed(campaign, signature, older_than):
                yield MailJob(campaign.id, signature.id, signature.request)

    def _is_owed(self, campaign: Campaign, signature: Signature, older_than: timedelta) -> bool:
        if signature.marks.outcome in GIVEN_UP or not self._is_due(campaign, signature):
            return False
        return signature.owed_since() <= self.clock() - older_than

    def _is_due(self, campaign: Campaign, signature: Signature) -> bool:
        now = self.clock()
        if campaign.mail_paused or due_email(campaign, signature, now) is None:
            return False
        return signature.marks.lease_until < now.timestamp()

    def _buckets(self) -> Iterator[tuple[Campaign, int]]:
        for summary in self.campaign_reader.store.list():
            campaign: Campaign | None = None
            with contained("email and tallies", summary.id):
                campaign = self.campaign_reader.get(summary.id)
            if campaign is not None:
                yield from ((campaign, bucket) for bucket in range(campaign.buckets))
