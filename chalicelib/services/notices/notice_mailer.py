"""Sends notices to members: what they were to be told when the round looked, if they still want to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.campaigns.campaign import Sender
from chalicelib.domain.errors import CampaignNotFound, PermanentMailError, TemporaryMailError
from chalicelib.mail.notice_messages import compose
from chalicelib.services.mail.member_mailer import SENDER_NAME
from chalicelib.storage.queues import NOTICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.members import Member
    from chalicelib.domain.access.signed_links import Links
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.member_mailer import MemberMailer
    from chalicelib.storage.access.notices import Notices
    from chalicelib.storage.queues import MemberMailJob


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMailer:
    """Works through the email jobs that are notices."""

    member_mailer: MemberMailer
    notices: Notices
    campaign_reader: CampaignReader
    links: Callable[[], Links]
    public_url: Callable[[], str]
    clock: Callable[[], datetime]

    def send(self, job: MemberMailJob) -> None:
        """Sends the notice of `job`, once. Raises TemporaryMailError or Unavailable when the job must be retried."""
        mailer = self.member_mailer
        member = mailer.find_member(job)
        if member is None or not mailer.sender() or self.notices.choice(member.id).is_nothing:
            return
        if mailer.address_allowance.is_undeliverable(member.email):
            log.metric("mail_refused", 1, message="mail to member not sent", code="suppressed", kind=NOTICE)
            return
        mailer.sender_breaker.check(mailer.sender())
        content = self.notices.claim_mail(member.id, job.id, now=self.clock())
        if content is not None:
            self._deliver(job, member, content)

    def _deliver(self, job: MemberMailJob, member: Member, content: dict[str, Any]) -> None:
        lines = [(campaign, line) for line in content["lines"] if (campaign := self._find(line["campaign"]))]
        if not lines:
            return
        mailer, token = self.member_mailer, self.links().token(Purpose.NOTICES, member.id, now=self.clock())
        off = f"{self.public_url()}/{Purpose.NOTICES}/{token}?lang={member.language}"
        message = compose(content["kind"], lines, member, dashboard=f"{mailer.dashboard_url()}/admin", off=off)
        sender = Sender(name=SENDER_NAME, email=mailer.sender())
        try:
            mailer.email_sender.send(message, to=member.email, sender=sender, tags={"kind": NOTICE})
        except PermanentMailError as error:
            log.metric("mail_refused", 1, message="mail refused permanently", code=error.facts["reason"], kind=NOTICE)
        except TemporaryMailError as error:
            self.notices.release_mail(member.id, job.id)
            mailer.note_delay(error, NOTICE)
            raise
        else:
            mailer.sender_breaker.note_sent(sender.email)
            log.metrics({"mail_sent": 1, "mail_delayed": 0}, message="mail to member sent", kind=NOTICE)

    def _find(self, campaign: str) -> Campaign | None:
        try:
            return self.campaign_reader.get(campaign)
        except CampaignNotFound:  # deleted since
            return None
