"""Every signature that is owed a mail gets it, once; a mail is doubled only if the worker dies between sending and marking."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.abuse.mail_limits import counts_against_limits
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.addresses.email_addresses import address_hash, canonical, exact
from chalicelib.domain.errors import (
    CampaignNotFound,
    MailPerhapsSent,
    PermanentMailError,
    TemporaryMailError,
    Unavailable,
)
from chalicelib.domain.mail.due_mail import due_mail
from chalicelib.domain.signatures.flags import HoldReason
from chalicelib.domain.signatures.mail_marks import Outcome
from chalicelib.mail.email_messages import MailLinks, Message, compose
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.mail.suppressions import Allowance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.mail_marks import MailKind
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.mail.ses import Postman
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.mail_limits import MailLimiter
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.services.signers.signer_links import LinkMaker
    from chalicelib.storage.mail.suppressions import Suppressions
    from chalicelib.storage.queues import MailJob, MailQueue
    from chalicelib.storage.signatures.mail_marks import MailMarks

# A lease further away than any mailer's is a signature put off until tomorrow.
LONGEST_WORK = timedelta(minutes=2)
# What must be left of the lease when a mail is handed over: SES answers within 6 s or not at all, and then the mark must
# be made before anybody else may take the signature for unmailed.
LEFT_TO_SEND_SECONDS = 20
# A mail that is out and not marked would be sent again: for marking nothing is too tedious.
MARK_TRIES = 8
BETWEEN_MARKS_SECONDS = 1.0


@dataclass(slots=True)
class Mailer:
    """Works off mail jobs."""

    campaign_reader: CampaignReader
    mail_marks: MailMarks
    suppressions: Suppressions
    postman: Postman
    mail_limits: MailLimiter
    mail_pause: MailPause
    link_maker: LinkMaker
    dead_letters: MailQueue
    pepper: Callable[[], bytes]
    public_url: Callable[[], str]
    clock: Callable[[], datetime]
    pause: Callable[[float], None] = time.sleep

    def send(self, job: MailJob) -> None:
        """Sends the mail that the job's signature is owed, if it still is.

        Raises TemporaryMailError or Unavailable when the job must be tried again.
        """
        try:
            campaign = self.campaign_reader.get(job.campaign)
        except CampaignNotFound:
            return
        if campaign.mail_paused or self.mail_pause.is_paused:
            # Done with the job, not with the mail: it stays owed, and coming again would end in the dead letters.
            self.mail_marks.note_pause(campaign.signature_key(job.signature))
            log.info("mail paused", campaign=campaign.id, signature=job.signature)
            return
        signature = self._lease(campaign, job)
        if signature is None:
            return
        kind = due_mail(campaign, signature, self.clock())
        if kind is None:
            self.mail_marks.end_lease(signature)
            return
        signature = self.mail_limits.looked_at(signature)
        if reason := self.mail_limits.reason_to_hold(campaign, signature, kind):
            self.mail_marks.hold(signature, reason, now=self.clock())
            facts = {"campaign": campaign.id, "signature": signature.id, "code": reason}
            log.metric("mail_held", 1, message="mail held for the organiser", **facts)
            return
        self._send_within_cap(campaign, signature, kind, job)

    def _lease(self, campaign: Campaign, job: MailJob) -> Signature | None:
        now = self.clock()
        try:
            return self.mail_marks.lease(campaign.signature_key(job.signature), now=now)
        except ConditionFailed as refusal:
            held_until = (refusal.found or {}).get("lease_until", 0)
            if held_until > (now + LONGEST_WORK).timestamp():
                return None  # put off until tomorrow: the daily job brings it back
            raise TemporaryMailError(reason="leased") from None

    def _send_within_cap(self, campaign: Campaign, signature: Signature, kind: MailKind, job: MailJob) -> None:
        allowance = self._allowance(signature)
        if allowance is Allowance.CAPPED:
            self._put_off(signature, kind)
        elif allowance is Allowance.SUPPRESSED:
            # Still owed: once the stop is lifted, a new wish of the signer is answered at once.
            self.mail_marks.end_lease(signature, Outcome.SUPPRESSED)
        else:
            self._send(campaign, signature, kind, job)
            return
        facts = {"campaign": campaign.id, "signature": signature.id, "kind": kind, "code": allowance}
        log.metric("mail_held", 1, message="mail held back", **facts)

    def _put_off(self, signature: Signature, kind: MailKind) -> None:
        """Until tomorrow; and if it had been before, for the organiser: somebody is signed up everywhere."""
        now = self.clock()
        if signature.marks.outcome is Outcome.CAPPED and counts_against_limits(kind, signature):
            self.mail_marks.hold(signature, HoldReason.ADDRESS, now=now)
        else:
            self.mail_marks.end_lease(signature, Outcome.CAPPED, until=_next_day(now), cleared_at=now)

    def _allowance(self, signature: Signature) -> Allowance:
        """The cap is one for all spellings of an address; a bounce silences only the spelling that bounced."""
        spelled, main = exact(signature.email), canonical(signature.email)
        if spelled != main and self.suppressions.is_suppressed(address_hash(self.pepper(), spelled)):
            return Allowance.SUPPRESSED
        return self.suppressions.take_mail(address_hash(self.pepper(), main), now=self.clock())

    def _send(self, campaign: Campaign, signature: Signature, kind: MailKind, job: MailJob) -> None:
        facts = {"campaign": campaign.id, "signature": signature.id, "kind": str(kind)}
        try:
            message = self._message(campaign, signature, kind)
            tags = facts | ({"request": signature.request} if signature.request else {})
            self._be_in_time(signature)
            self.postman.send(message, to=signature.email, sender=campaign.sender, tags=tags)
        except PermanentMailError as error:
            self.dead_letters.add_dead(job, str(error.facts["reason"]))
            # Still owed: whoever moves the dead letter back to the queue sends it.
            self.mail_marks.end_lease(signature, Outcome.FAILED)
            log.metric("mail_refused", 1, message="mail refused for good", code=error.facts["reason"], **facts)
        except TemporaryMailError as error:
            if not isinstance(error, MailPerhapsSent):  # else the cap must hold for what may have arrived
                hashed = address_hash(self.pepper(), canonical(signature.email))
                self.suppressions.give_back_mail(hashed, now=self.clock())
            self.mail_marks.end_lease(signature, Outcome.DELAYED, cleared_at=self.clock())
            log.metric("mail_delayed", 1, message="mail delayed", code=error.facts["reason"], **facts)
            raise
        else:
            self._mark(signature, kind)
            log.metric("mail_sent", 1, message="mail sent", **facts)

    def _be_in_time(self, signature: Signature) -> None:
        """Raises TemporaryMailError when slow tables used up the lease: the next mailer may have begun."""
        if signature.marks.lease_until - self.clock().timestamp() < LEFT_TO_SEND_SECONDS:
            raise TemporaryMailError(reason="late")

    def _mark(self, signature: Signature, kind: MailKind) -> None:
        """Notes that the mail is out. Raises Unavailable when the tables stay away for very long: then it comes twice."""
        for left in reversed(range(MARK_TRIES)):
            try:
                self.mail_marks.mark_sent(signature, kind, now=self.clock())
            except Unavailable:
                if not left:
                    raise
                self.pause(BETWEEN_MARKS_SECONDS)
            else:
                return

    def _message(self, campaign: Campaign, signature: Signature, kind: MailKind) -> Message:
        language = campaign.language_or_default(signature.language)
        base_url = self.public_url()

        def link(purpose: Purpose) -> str:
            return self.link_maker.to(purpose, signature, base_url=base_url, language=language)

        links = MailLinks(
            confirm=link(Purpose.CONFIRM),
            withdraw=link(Purpose.WITHDRAW),
            unsubscribe=link(Purpose.UNSUBSCRIBE),
            manage=link(Purpose.MANAGE),
            sign=f"{base_url}/sign/{campaign.id}?lang={language}",
        )
        return compose(kind, campaign, language, to=signature.email, links=links, now=self.clock())


def _next_day(now: datetime) -> datetime:
    """The start of tomorrow, UTC, when the cap starts anew."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time_of_day(0, 0, 1), tzinfo=UTC)
