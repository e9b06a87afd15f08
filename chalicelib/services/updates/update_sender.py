"""Sends an update bucket by bucket: each worker goes through one bucket, saves how far it came, and goes on there after a crash.

It decides neither who may be emailed (`update_delivery`) nor how fast (`sending_room`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.errors import CampaignNotFound, SenderRefused, TemporaryMailError, Unavailable, VersionMismatch
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.domain.updates.sending_health import reason_to_pause
from chalicelib.domain.updates.update import PauseReason, UpdateState, WaitReason
from chalicelib.services.updates.update_composer import Mailing
from chalicelib.services.updates.update_delivery import Outcome
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.updates.update_progress import BucketLeased, BucketProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.updates.update import Update
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.services.updates.sending_room import SendingRoom
    from chalicelib.services.updates.update_delivery import UpdateDelivery
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.queues import UpdateJob, UpdateQueue
    from chalicelib.storage.updates.update_marks import UpdateMarks
    from chalicelib.storage.updates.update_progress import UpdateProgress
    from chalicelib.storage.updates.updates import Updates

# Enough to tell who may be meant; each of these is read once more, whole, before anything is sent.
ATTRIBUTES = ("sk", "state", "updates_at", "language", "country")
LOOK_AROUND_EVERY = timedelta(seconds=5)
SAVE_EVERY = timedelta(seconds=10)
TOUCH_EVERY = timedelta(minutes=5)
# Behind somebody whose email fails all others wait: given up after a working day, as SES itself is away for less.
MAX_TRIES = 100
SLOWEST_TRIES = 10
DELAYS = {
    WaitReason.CONFIRMATIONS: 20,
    WaitReason.QUOTA: 300,
    WaitReason.MAIL_PAUSED: 300,
    WaitReason.SES: 30,
}
LEASED_DELAY = 30
BY_ITSELF = "system"


class _Halt(Exception):
    """This worker stops here: it `goes_on` later, or nobody does."""

    def __init__(self, waits_for: WaitReason | None = None, *, goes_on: bool = True) -> None:
        super().__init__()
        self.waits_for, self.goes_on = waits_for, goes_on


@dataclass(slots=True)
class _Run:
    """What one worker does: its bucket's progress, and when it last saved and looked around."""

    mailing: Mailing
    reached: BucketProgress
    has_time: Callable[[], bool]
    saved_at: datetime
    touched_at: datetime
    looked_at: datetime | None = None

    @property
    def update(self) -> Update:
        return self.mailing.update

    def note(self, outcome: Outcome) -> None:
        counted = {Outcome.SENT: "sent", Outcome.FAILED: "failed", Outcome.SKIPPED: "skipped"}
        if name := counted.get(outcome):
            self.reached = replace(self.reached, **{name: getattr(self.reached, name) + 1})


@dataclass(slots=True)
class UpdateSender:
    """Works through jobs of one bucket each."""

    campaign_reader: CampaignReader
    updates: Updates
    update_progress: UpdateProgress
    update_marks: UpdateMarks
    bucket_scan: BucketScan
    update_delivery: UpdateDelivery
    sending_room: SendingRoom
    mail_pause: MailPause
    queue: UpdateQueue
    clock: Callable[[], datetime]

    def work(self, job: UpdateJob, has_time: Callable[[], bool] = lambda: True) -> None:
        """Sends what is left of one bucket while `has_time()`, then queues the rest. Raises Unavailable: the job comes again."""
        update, campaign = self.updates.find(job.campaign, job.update), self._find_campaign(job.campaign)
        if update is None or campaign is None or update.state is not UpdateState.SENDING:
            return
        now = self.clock()
        try:
            reached = self.update_progress.lease(update, job.bucket, now=now)
        except BucketLeased:
            self.queue.add([job], delay_seconds=LEASED_DELAY)
            return
        if reached is not None:
            self.updates.touch(update, now=now)
            run = _Run(Mailing(campaign, update, self.updates.words(update)), reached, has_time, now, now)
            if not self._send_bucket(run, job):
                return
        self._finish_if_done(update)

    def _find_campaign(self, campaign: str) -> Campaign | None:
        try:
            return self.campaign_reader.get(campaign)
        except CampaignNotFound:
            return None

    def _send_bucket(self, run: _Run, job: UpdateJob) -> bool:
        """Returns True when everybody in the bucket has been dealt with."""
        try:
            self._walk_and_finish(run)
        except ConditionFailed:  # the lease was lost: another worker is at it, with a job of its own
            return False
        except _Halt as halt:
            return self._leave(run, job, halt)
        except Unavailable:
            return self._leave(run, job, _Halt(WaitReason.SES))
        return True

    def _leave(self, run: _Run, job: UpdateJob, halt: _Halt) -> bool:
        try:
            self.update_progress.leave(run.update, run.reached, halt.waits_for)
        except ConditionFailed:
            return False
        if halt.goes_on:
            self.queue.add([job], delay_seconds=_delay(halt.waits_for, run.reached.tries))
        return False

    def _walk_and_finish(self, run: _Run) -> None:
        self._walk(run)
        sent, failed = self.update_marks.count(run.update.campaign, run.update.id, run.reached.bucket)
        self.update_progress.finish(run.update, replace(run.reached, sent=sent, failed=failed))

    def _walk(self, run: _Run) -> None:
        bucket = run.reached.bucket
        pages = self.bucket_scan.pages(run.update.campaign, bucket, ATTRIBUTES, after=run.reached.after)
        for stored, _ in pages:
            for one in stored:
                if _may_be_meant(run.update, one):
                    self._deliver(run, SignatureKey(run.update.campaign, bucket, one["sk"]))
                run.reached = replace(run.reached, after=one["sk"], tries=0)
                self._save_now_and_then(run)

    def _deliver(self, run: _Run, key: SignatureKey) -> None:
        self.sending_room.wait_for_turn()
        self._look_around(run)
        try:
            run.note(self.update_delivery.deliver(run.mailing, key))
        except SenderRefused as error:
            self._pause(run.update, PauseReason.REFUSED, str(error.facts["reason"]))
            raise _Halt(goes_on=False) from None
        except (TemporaryMailError, Unavailable) as error:
            run.reached = replace(run.reached, tries=run.reached.tries + 1)
            log.info("update delayed", campaign=key.campaign, code=str(error.facts.get("reason", error.code)))
            if run.reached.tries < MAX_TRIES:
                raise _Halt(WaitReason.SES) from None
            run.note(Outcome.SKIPPED)

    def _look_around(self, run: _Run) -> None:
        """Every few seconds: may this go on? Raises _Halt."""
        if not run.has_time():
            raise _Halt
        now = self.clock()
        if run.looked_at is not None and now < run.looked_at + LOOK_AROUND_EVERY:
            return
        run.looked_at = now
        current = self.updates.find(run.update.campaign, run.update.id)
        if current is None or current.state is not UpdateState.SENDING:
            raise _Halt(goes_on=False)
        campaign = self._find_campaign(run.update.campaign)
        if campaign is None:
            raise _Halt(goes_on=False)
        if campaign.mail_paused or self.mail_pause.is_paused:
            raise _Halt(WaitReason.MAIL_PAUSED)
        self._save(run)
        self._check_health(current)
        if reason := self.sending_room.reason_to_wait():
            raise _Halt(reason)

    def _check_health(self, update: Update) -> None:
        """Pauses the update when too much of it bounces, or too many complain."""
        figures = self.update_progress.get(update).figures.since(update.judged_from)
        if reason := reason_to_pause(figures):
            self._pause(update, reason, str(reason))
            raise _Halt(goes_on=False)

    def _pause(self, update: Update, reason: PauseReason, code: str) -> None:
        current = self.updates.find(update.campaign, update.id)
        if current is None or current.state is not UpdateState.SENDING:
            return
        try:
            self.updates.pause(current, reason, key=BY_ITSELF, now=self.clock())
        except VersionMismatch:  # an organiser did something in this very moment
            return
        log.metric("update_paused", 1, message="update paused by itself", campaign=update.campaign, code=code)

    def _save_now_and_then(self, run: _Run) -> None:
        if self.clock() >= run.saved_at + SAVE_EVERY:
            self._save(run)

    def _save(self, run: _Run) -> None:
        now = self.clock()
        self.update_progress.save(run.update, run.reached, now=now)
        if now >= run.touched_at + TOUCH_EVERY:
            self.updates.touch(run.update, now=now)
            run.touched_at = now
        run.saved_at = now

    def _finish_if_done(self, update: Update) -> None:
        if len(self.update_progress.get(update).done) < update.buckets:
            return
        if self.updates.finish(update, now=self.clock()):
            log.info("update sent to everybody", campaign=update.campaign)


def _delay(waits_for: WaitReason | None, tries: int) -> int:
    """In seconds; longer and longer while SES refuses the same signer's email."""
    if waits_for is WaitReason.SES:
        return DELAYS[waits_for] * min(max(tries, 1), SLOWEST_TRIES)
    return DELAYS[waits_for] if waits_for else 0


def _may_be_meant(update: Update, stored: Mapping[str, str]) -> bool:
    """What the list of a bucket tells: confirmed, with a yes, in the audience."""
    is_in = update.audience.includes(stored.get("language", ""), stored.get("country", ""))
    return stored["state"] == "confirmed" and "updates_at" in stored and is_in
