"""Every signature that is owed an email gets it, once; it comes twice only if the worker dies between sending and marking.

Which email is due, and whether it may go, is decided elsewhere: see `due_mail`, `mail_limits` and `address_allowance`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.abuse.mail_limits import flag_disposable
from chalicelib.domain.errors import (
    CampaignNotFound,
    MailPerhapsSent,
    PermanentMailError,
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
    from chalicelib.storage.queues import MailJob, MailQueue
    from chalicelib.storage.signatures.mail_marks import MailMarks

# A lease that ends later than any mailer's is a signature put off until tomorrow.
LONGEST_WORK = timedelta(minutes=2)
# What must be left of the lease when an email is handed over: SES answers within 6 s or not at all, and then the mark
# must be made before another mailer may take the signature for one without its email.
LEFT_TO_SEND_SECONDS = 20
# An email that is out and not marked would be sent again, so marking is tried for a long time.
MARK_TRIES = 8
BETWEEN_MARKS_SECONDS = 1.0


@dataclass(slots=True)
class Mailer:
    """Works off mail jobs."""

    campaign_reader: CampaignReader
    mail_pause: MailPause
    mail_marks: MailMarks
    mail_limits: MailLimiter
    address_allowance: AddressAllowance
    email_composer: EmailComposer
    email_sender: EmailSender
    dead_letters: MailQueue
    clock: Callable[[], datetime]
    pause: Callable[[float], None] = time.sleep

    def send(self, job: MailJob) -> None:
        """Sends the email that the job's signature is owed, if it still is.

        Raises TemporaryMailError or Unavailable when the job must be tried again.
        """
        email = self._lease_due(job)
        if email is None:
            return
        if reason := self.mail_limits.reason_to_hold(email):
            self._hold(email, reason)
            return
        match self.address_allowance.take(email.signature.email):
            case Allowance.CAPPED:
                self._put_off(email)
            case Allowance.SUPPRESSED:
                self._skip(email)
            case Allowance.GRANTED:
                self._deliver(email, job)

    def _lease_due(self, job: MailJob) -> DueEmail | None:
        """The email to send now, its signature leased; None when there is nothing to send."""
        campaign = self._find_campaign(job.campaign)
        if campaign is None:
            return None
        key = campaign.signature_key(job.signature)
        if campaign.mail_paused or self.mail_pause.is_paused:
            self._leave_owed(key)
            return None
        signature = self._lease(key)
        return self._due(campaign, signature) if signature else None

    def _find_campaign(self, campaign: str) -> Campaign | None:
        try:
            return self.campaign_reader.get(campaign)
        except CampaignNotFound:
            return None

    def _leave_owed(self, key: SignatureKey) -> None:
        """Mail is paused: the job is done, the email stays owed. Redelivered, the job would end in the dead letters."""
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
        log.metric("mail_held", 1, message="mail held for the organiser", code=reason, **email.facts)

    def _put_off(self, email: DueEmail) -> None:
        """Until tomorrow; the second time for the organiser to decide: somebody is signed up everywhere."""
        now = self.clock()
        if email.signature.marks.outcome is Outcome.CAPPED and email.counts_against_limits:
            self.mail_marks.hold(email.signature, HoldReason.ADDRESS, now=now)
        else:
            self.mail_marks.end_lease(email.signature, Outcome.CAPPED, until=_next_day(now), cleared_at=now)
        log.metric("mail_held", 1, message="mail held back", code=Allowance.CAPPED, **email.facts)

    def _skip(self, email: DueEmail) -> None:
        """Leaves it owed: once the suppression is lifted, a new request of the signer is answered at once."""
        self.mail_marks.end_lease(email.signature, Outcome.SUPPRESSED)
        log.metric("mail_held", 1, message="mail held back", code=Allowance.SUPPRESSED, **email.facts)

    def _deliver(self, email: DueEmail, job: MailJob) -> None:
        try:
            self._hand_over(email)
        except PermanentMailError as error:
            self._give_up(email, job, str(error.facts["reason"]))
        except TemporaryMailError as error:
            self._delay(email, error)
            raise
        else:
            self._mark_sent(email)

    def _hand_over(self, email: DueEmail) -> None:
        message = self.email_composer.compose(email)
        request = email.signature.request
        tags = email.facts | ({"request": request} if request else {})
        self._check_lease(email.signature)
        self.email_sender.send(message, to=email.signature.email, sender=email.campaign.sender, tags=tags)

    def _check_lease(self, signature: Signature) -> None:
        """Raises TemporaryMailError when slow tables used up the lease: the next mailer may have begun."""
        if signature.marks.lease_until - self.clock().timestamp() < LEFT_TO_SEND_SECONDS:
            raise TemporaryMailError(reason="late")

    def _give_up(self, email: DueEmail, job: MailJob, reason: str) -> None:
        """Leaves it owed: whoever moves the dead letter back to the queue sends it."""
        self.dead_letters.add_dead(job, reason)
        self.mail_marks.end_lease(email.signature, Outcome.FAILED)
        log.metric("mail_refused", 1, message="mail refused for good", code=reason, **email.facts)

    def _delay(self, email: DueEmail, error: TemporaryMailError) -> None:
        if not isinstance(error, MailPerhapsSent):  # otherwise the cap must hold for what may have arrived
            self.address_allowance.give_back(email.signature.email)
        self.mail_marks.end_lease(email.signature, Outcome.DELAYED, cleared_at=self.clock())
        log.metric("mail_delayed", 1, message="mail delayed", code=error.facts["reason"], **email.facts)

    def _mark_sent(self, email: DueEmail) -> None:
        """Notes that it is out. Raises Unavailable when the tables are away for very long: then it comes twice."""
        for tries_left in reversed(range(MARK_TRIES)):
            try:
                self.mail_marks.mark_sent(email.signature, email.kind, now=self.clock())
                break
            except Unavailable:
                if not tries_left:
                    raise
                self.pause(BETWEEN_MARKS_SECONDS)
        log.metric("mail_sent", 1, message="mail sent", **email.facts)


def _next_day(now: datetime) -> datetime:
    """The start of tomorrow, UTC, when the address's count starts again."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time_of_day(0, 0, 1), tzinfo=UTC)
