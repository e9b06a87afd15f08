"""Sends each signature the email it is owed, once; twice only if the worker dies between sending and marking.

It does not decide which email is owed (`Signature.owed_mail`), whether its time has come (`due_mail`), or whether it may be sent
(`mail_limits`, `address_allowance`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.abuse.mail_limits import flag_disposable
from chalicelib.domain.addresses.mailboxes import can_be_emailed
from chalicelib.domain.errors import (
    CampaignNotFound,
    MailPerhapsSent,
    PermanentMailError,
    SenderRefused,
    TemporaryMailError,
    Unavailable,
)
from chalicelib.domain.mail.due_mail import due_email
from chalicelib.domain.signatures.flags import HoldReason
from chalicelib.domain.signatures.mail_marks import Outcome
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.mail.suppressions import Allowance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.mail.due_mail import DueEmail
    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.mail.ses import EmailSender
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.address_allowance import AddressAllowance
    from chalicelib.services.mail.email_composer import EmailComposer
    from chalicelib.services.mail.mail_limits import MailLimiter
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.services.mail.sender_breaker import SenderBreaker
    from chalicelib.storage.queues import MailJob, MailQueue
    from chalicelib.storage.signatures.mail_marks import MailMarks

# A lease that ends later than any mailer's lease can means that the signature was put off until tomorrow.
LONGEST_WORK = timedelta(minutes=2)
# What must be left of the lease when an email is handed over: SES answers within 6 s or not at all, and then the mark
# must be written before another mailer may take the signature for one that is still owed its email.
LEFT_TO_SEND_SECONDS = 20
# SES counts by the second. What it refuses as too fast is not sent, and safe to try again; the queue would take six minutes.
TOO_FAST = "TooManyRequestsException"
RATE_TRIES = 3
BETWEEN_RATE_TRIES_SECONDS = 1.0
# An email that was sent but not marked would be sent again, so it is worth trying for a long time.
MARK_TRIES = 8
BETWEEN_MARKS_SECONDS = 1.0


@dataclass(slots=True)
class Mailer:
    """Works through email jobs."""

    campaign_reader: CampaignReader
    mail_pause: MailPause
    mail_marks: MailMarks
    mail_limiter: MailLimiter
    address_allowance: AddressAllowance
    email_composer: EmailComposer
    email_sender: EmailSender
    sender_breaker: SenderBreaker
    dead_letters: MailQueue
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def send(self, job: MailJob) -> None:
        """Sends the email that the job's signature is owed, if it still is.

        Raises TemporaryMailError or Unavailable when the job must be retried.
        """
        email = self._lease_due(job)
        if email is None:
            return
        if not can_be_emailed(email.signature.email):
            self._skip(email, Outcome.UNREACHABLE)
            return
        if not email.campaign.is_test and (reason := self.mail_limiter.reason_to_hold(email)):
            self._hold(email, reason)
            return
        match self._allowance(email):
            case Allowance.CAPPED:
                self._put_off(email)
            case Allowance.SUPPRESSED:
                self._skip(email, Outcome.SUPPRESSED)
            case Allowance.GRANTED:
                self._deliver(email, job)

    def _allowance(self, email: DueEmail) -> Allowance:
        """Tests have caps of their own: they neither use up what an address gets, nor wait for an organiser."""
        address = email.signature.email
        if not email.campaign.is_test:
            return self.address_allowance.take(address)
        if self.address_allowance.is_suppressed(address):
            return Allowance.SUPPRESSED
        has_room = self.mail_limiter.has_room_for_test(email.campaign.id, self.address_allowance.name_of(address))
        return Allowance.GRANTED if has_room else Allowance.CAPPED

    def _lease_due(self, job: MailJob) -> DueEmail | None:
        """Returns the email to send now, with its signature leased; None when there is nothing to send."""
        campaign = self._find_campaign(job.campaign)
        if campaign is None:
            return None
        key = campaign.signature_key(job.signature)
        if campaign.mail_paused or self.mail_pause.is_paused:
            self._leave_owed(key)
            return None
        self.sender_breaker.check(campaign.sender.email)
        signature = self._lease(key)
        return self._due(campaign, signature) if signature else None

    def _find_campaign(self, campaign: str) -> Campaign | None:
        try:
            return self.campaign_reader.get_of_signatures(campaign)
        except CampaignNotFound:
            return None

    def _leave_owed(self, key: SignatureKey) -> None:
        """Ends the job while email is paused; the email stays owed. Redelivered, the job would end up in the dead letters."""
        self.mail_marks.note_pause(key)
        log.info("mail paused", campaign=key.campaign, signature=key.id)

    def _lease(self, key: SignatureKey) -> Signature | None:
        now = self.clock()
        try:
            return self.mail_marks.lease(key, now=now)
        except ConditionFailed as refusal:
            leased_until = (refusal.found or {}).get("lease_until", 0)
            if leased_until > (now + LONGEST_WORK).timestamp():
                return None  # put off until tomorrow: the daily round queues it again
            raise TemporaryMailError(reason="leased") from None

    def _due(self, campaign: Campaign, signature: Signature) -> DueEmail | None:
        email = due_email(campaign, flag_disposable(signature), self.clock())
        if email is None:
            self.mail_marks.end_lease(signature)
        return email

    def _hold(self, email: DueEmail, reason: str) -> None:
        self.mail_marks.hold(email.signature, reason, now=self.clock())
        log.metric("mail_held", 1, message="mail held for review", code=reason, **email.facts)

    def _put_off(self, email: DueEmail) -> None:
        """Until tomorrow. The second time the organiser decides: somebody may be signing this person up everywhere."""
        now = self.clock()
        if (
            not email.campaign.is_test
            and email.signature.marks.outcome is Outcome.CAPPED
            and email.counts_against_limits
        ):
            self.mail_marks.hold(email.signature, HoldReason.ADDRESS, now=now)
        else:
            self.mail_marks.end_lease(email.signature, Outcome.CAPPED, until=_next_day(now), cleared_at=now)
        log.metric("mail_held", 1, message="mail not sent", code=Allowance.CAPPED, **email.facts)

    def _skip(self, email: DueEmail, outcome: Outcome) -> None:
        """Leaves the email owed: once its cause is gone, the signer's next request is answered at once."""
        self.mail_marks.end_lease(email.signature, outcome)
        log.metric("mail_held", 1, message="mail not sent", code=outcome, **email.facts)

    def _deliver(self, email: DueEmail, job: MailJob) -> None:
        try:
            self._hand_over(email)
        except PermanentMailError as error:
            self._give_up(email, job, str(error.facts["reason"]))
        except TemporaryMailError as error:
            self._delay(email, error)
            raise
        else:
            self.sender_breaker.note_sent(email.campaign.sender.email)
            self._mark_sent(email)

    def _hand_over(self, email: DueEmail) -> None:
        message = self.email_composer.compose(email)
        request = email.signature.request
        tags = email.facts | ({"request": request} if request else {})
        for tries_left in reversed(range(RATE_TRIES)):
            self._check_lease(email.signature)
            try:
                self.email_sender.send(message, to=email.signature.email, sender=email.campaign.sender, tags=tags)
            except TemporaryMailError as error:
                if error.facts["reason"] != TOO_FAST or not tries_left:
                    raise
                self.sleep(BETWEEN_RATE_TRIES_SECONDS)
            else:
                return

    def _check_lease(self, signature: Signature) -> None:
        """Raises TemporaryMailError when slow tables used up the lease: another mailer may have started."""
        if signature.marks.lease_until - self.clock().timestamp() < LEFT_TO_SEND_SECONDS:
            raise TemporaryMailError(reason="late")

    def _give_up(self, email: DueEmail, job: MailJob, reason: str) -> None:
        """Leaves the email owed: moving the dead letter back to the queue sends it."""
        if not email.campaign.is_test:
            self.dead_letters.add_dead_letter(job, reason)
        self.mail_marks.end_lease(email.signature, Outcome.FAILED)
        log.metric("mail_refused", 1, message="mail refused permanently", code=reason, **email.facts)

    def _delay(self, email: DueEmail, error: TemporaryMailError) -> None:
        if not (
            email.campaign.is_test or isinstance(error, MailPerhapsSent)
        ):  # otherwise it may have arrived and must count towards the cap
            self.address_allowance.give_back(email.signature.email)
        self.mail_marks.end_lease(email.signature, Outcome.DELAYED, cleared_at=self.clock())
        counts = {"mail_delayed": 1, "mail_sent": 0}  # an alarm compares both, and a number that is missing is no zero
        log.metrics(counts, message="mail delayed", code=error.facts["reason"], **email.facts)
        if isinstance(error, SenderRefused):
            self.sender_breaker.note_refusal(email.campaign.sender.email, str(error.facts["reason"]))

    def _mark_sent(self, email: DueEmail) -> None:
        """Marks the email as sent. Raises Unavailable when the tables are away for very long: then it is sent twice."""
        for tries_left in reversed(range(MARK_TRIES)):
            try:
                self._mark(email)
                break
            except Unavailable:
                if not tries_left:
                    raise
                self.sleep(BETWEEN_MARKS_SECONDS)
        log.metrics({"mail_sent": 1, "mail_delayed": 0}, message="mail sent", **email.facts)

    def _mark(self, email: DueEmail) -> None:
        if email.ends_test:
            self.mail_marks.end_test(email.signature)
        else:
            self.mail_marks.mark_sent(email.signature, email.kind, now=self.clock())


def _next_day(now: datetime) -> datetime:
    """Returns the start of tomorrow, UTC, when the address's daily count starts again."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time_of_day(0, 0, 1), tzinfo=UTC)
