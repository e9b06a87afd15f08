"""Sends a member an email of a campaign as a test, to their own address and nobody else's; its links act on nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.errors import (
    CampaignNotFound,
    InvalidFields,
    KeyWithoutMember,
    PermanentMailError,
    SenderRefused,
    TemporaryMailError,
    TooManyTests,
)
from chalicelib.services.mail.email_previews import find_kind
from chalicelib.storage.queues import UPDATE, SampleMailJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.access.members import Member
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.mail.email_messages import Message
    from chalicelib.mail.ses import EmailSender
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.address_allowance import AddressAllowance
    from chalicelib.services.mail.email_previews import EmailPreviews
    from chalicelib.services.mail.sender_breaker import SenderBreaker
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.mail.mail_counters import MailCounters
    from chalicelib.storage.queues import MailQueue

HOURLY, DAILY = 20, 60


@dataclass(frozen=True, slots=True)
class SampleRequests:
    """Takes requests for tests."""

    campaign_reader: CampaignReader
    members: Members
    counters: MailCounters
    queue: MailQueue
    clock: Callable[[], datetime]

    def take(self, campaign: str, kind: str, language: str | None, key: ApiKey, request: str) -> tuple[Member, str]:
        """Queues one email to the member who asks, and returns them and the language it is in.

        Raises CampaignNotFound, NotFound, InvalidFields, KeyWithoutMember, TooManyTests, Unavailable.
        """
        stored, email_kind = self.campaign_reader.get_stored(campaign).campaign, find_kind(kind)
        language = language or stored.default_language
        if language not in stored.texts:
            raise InvalidFields.one("language", "not_an_option", options=", ".join(stored.languages))
        member = self.admit(key)
        self.queue.add_sample(SampleMailJob(email_kind, stored.id, language, member.id, request))
        return member, language

    def take_update(self, campaign: str, update: str, languages: Iterable[str], key: ApiKey, request: str) -> Member:
        """Queues an update in each of `languages`, as it will be saved by then. Raises KeyWithoutMember, TooManyTests, Unavailable."""
        member = self.admit(key)
        for language in languages:
            self.queue.add_sample(SampleMailJob(UPDATE, campaign, language, member.id, request, update))
        return member

    def admit(self, key: ApiKey) -> Member:
        """Counts one request of the member who asks, and returns them. Raises KeyWithoutMember, TooManyTests, Unavailable."""
        member = self.members.find(key.id) if key.session else None
        if member is None:
            raise KeyWithoutMember
        if not self.counters.reserve("test-member", member.id, hourly=HOURLY, daily=DAILY, now=self.clock()):
            raise TooManyTests
        return member


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMailer:
    """Works through the email jobs that are tests. `compose_update` returns None for an update that is no more."""

    campaign_reader: CampaignReader
    members: Members
    email_previews: EmailPreviews
    compose_update: Callable[[SampleMailJob, Campaign, str], Message | None]
    address_allowance: AddressAllowance
    email_sender: EmailSender
    sender_breaker: SenderBreaker
    public_url: Callable[[], str]

    def send(self, job: SampleMailJob) -> None:
        """Sends the email of `job`, if member and campaign are still there. Delivered twice, it is sent twice.

        Raises TemporaryMailError or Unavailable when the job must be retried.
        """
        member, campaign = self.members.find(job.member), self._find_campaign(job.campaign)
        if member is None or campaign is None:
            return
        if self.address_allowance.is_undeliverable(member.email):
            log.metric("mail_refused", 1, message="mail to member not sent", code="suppressed", kind="test")
            return
        self.sender_breaker.check(campaign.sender.email)
        message = self._compose(job, campaign, member)
        if message is None:
            return
        try:
            self.email_sender.send(message, to=member.email, sender=campaign.sender, tags={"kind": "test"})
        except PermanentMailError as error:
            log.metric("mail_refused", 1, message="mail refused permanently", code=error.facts["reason"], kind="test")
        except TemporaryMailError as error:
            if isinstance(error, SenderRefused):
                self.sender_breaker.note_refusal(campaign.sender.email, str(error.facts["reason"]))
            raise
        else:
            self.sender_breaker.note_sent(campaign.sender.email)
            log.metrics({"mail_sent": 1, "mail_delayed": 0}, message="mail to member sent", kind="test")

    def _compose(self, job: SampleMailJob, campaign: Campaign, member: Member) -> Message | None:
        base_url = self.public_url()
        if job.sample_mail == UPDATE:
            return self.compose_update(job, campaign, base_url)
        language = campaign.language_or_default(job.language)
        return self.email_previews.compose(
            campaign, find_kind(job.sample_mail), language, member.email, base_url, is_test=True
        )

    def _find_campaign(self, campaign: str) -> Campaign | None:
        try:
            return self.campaign_reader.get(campaign)
        except CampaignNotFound:
            return None
