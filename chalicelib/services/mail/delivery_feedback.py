"""What SES reports: a bounce or complaint suppresses the address, and every report is recorded on its signature."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from chalicelib import log
from chalicelib.domain.addresses.email_addresses import address_hash, canonical, normalised
from chalicelib.domain.errors import CampaignNotFound
from chalicelib.domain.signatures.mail_marks import Delivery
from chalicelib.storage.mail.suppressions import SuppressionReason
from chalicelib.storage.queues import DeliveryReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.mail.update_reports import UpdateReports
    from chalicelib.storage.mail.suppressions import Suppressions
    from chalicelib.storage.queues import DeliveryReportQueue
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures

DELIVERIES = {
    "Delivery": Delivery.DELIVERED,
    "Bounce": Delivery.BOUNCED,
    "Complaint": Delivery.COMPLAINED,
    "Reject": Delivery.REJECTED,
}
NOT_SPAM = "not-spam"
SUPPRESSION_REASONS = {Delivery.BOUNCED: SuppressionReason.BOUNCE, Delivery.COMPLAINED: SuppressionReason.COMPLAINT}


class _Recipient(BaseModel):
    address: str = Field(alias="emailAddress")


class _Bounce(BaseModel):
    bounce_type: str = Field(alias="bounceType")
    recipients: tuple[_Recipient, ...] = Field(default=(), alias="bouncedRecipients")


class _Complaint(BaseModel):
    """`recipients` are those who may have complained (SES, "Complaint object"): all of the domain if it names none."""

    recipients: tuple[_Recipient, ...] = Field(default=(), alias="complainedRecipients")
    feedback_type: str | None = Field(default=None, alias="complaintFeedbackType")
    sub_type: str | None = Field(default=None, alias="complaintSubType")


class _Mail(BaseModel):
    tags: dict[str, tuple[str, ...]] = {}


class Event(BaseModel):
    """An SES event as SNS delivers it (SES, "Contents of event data that Amazon SES publishes to Amazon SNS")."""

    model_config = ConfigDict(extra="ignore")

    event_type: str = Field(alias="eventType")
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None

    def tag(self, name: str) -> str:
        """Returns the value of one of our tags, or the empty string."""
        return (self.mail.tags.get(name) or ("",))[0]

    @property
    def is_transient_bounce(self) -> bool:
        """True for a bounce that may not happen again: a full mailbox, greylisting."""
        return self.bounce is not None and self.bounce.bounce_type != "Permanent"

    @property
    def is_not_spam(self) -> bool:
        """True for a "complaint" of somebody who took the email out of the spam folder (`not-spam`, RFC 6430)."""
        complaint = self.complaint
        return complaint is not None and NOT_SPAM in {
            (one or "").lower() for one in (complaint.feedback_type, complaint.sub_type)
        }

    @property
    def named_recipients(self) -> tuple[_Recipient, ...]:
        """Those whom the event is about.

        Our emails have one recipient. One without our tags may have had many, and a complaint about it lists everybody who
        may have made it, so it names nobody unless it lists only one.
        """
        if self.complaint is None:
            return self.bounce.recipients if self.bounce else ()
        is_ours = bool(self.tag("campaign") and self.tag("signature"))
        recipients = self.complaint.recipients
        return recipients if is_ours or len(recipients) == 1 else ()


@dataclass(slots=True)
class DeliveryFeedback:
    """Handles SES events."""

    campaign_reader: CampaignReader
    signatures: Signatures
    mail_marks: MailMarks
    update_reports: UpdateReports
    suppressions: Suppressions
    dead_letters: DeliveryReportQueue
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def handle(self, message: str) -> None:
        """Handles one event (JSON), or sets it aside by its ids if that fails.

        Raises pydantic's ValidationError when it is not an SES event, Unavailable when it cannot even be set aside.
        """
        if not message.lstrip().startswith("{"):  # SES announces a new event destination in plain text
            log.info("feedback message is not an SES event")
            return
        event = Event.model_validate_json(message)
        delivery = DELIVERIES.get(event.event_type)
        if delivery is None or event.is_transient_bounce or event.is_not_spam:
            return
        with log.for_request(event.tag("request")):
            try:
                self._apply(event, delivery)
            except Exception:  # noqa: BLE001 - our queue holds no address; Lambda's retries would keep the whole event
                log.exception("an SES event could not be processed", code=delivery)
                self.dead_letters.add(
                    DeliveryReport(event.tag("campaign"), event.tag("signature"), delivery, event.tag("update"))
                )

    def replay(self) -> int:
        """Handles what was set aside, using the addresses stored on the signatures; returns how many reports there were."""
        handled = 0
        for report in self.dead_letters.drain():
            self._replay_report(report)
            handled += 1
        return handled

    def _replay_report(self, report: DeliveryReport) -> None:
        try:
            campaign = self.campaign_reader.get_of_signatures(report.campaign)
        except CampaignNotFound:
            return
        signature = self.signatures.find(campaign.signature_key(report.signature))
        if signature is None or not signature.email:
            return
        if reason := SUPPRESSION_REASONS.get(report.delivery):
            self._suppress(signature.email, reason)
        self._record(signature.key, report.delivery, report.update)

    def _apply(self, event: Event, delivery: Delivery) -> None:
        for recipient in event.named_recipients:
            self._suppress(
                recipient.address, SuppressionReason.COMPLAINT if event.complaint else SuppressionReason.BOUNCE
            )
        self._record_delivery(event, delivery)
        facts = {"campaign": event.tag("campaign"), "signature": event.tag("signature"), "code": delivery}
        log.metric(f"mail_{delivery}", 1, message="mail reported", **facts)

    def _suppress(self, recipient: str, reason: SuppressionReason) -> None:
        """A bounce concerns one spelling: `ana+x@` may bounce where `ana@` does not. A complaint concerns the person."""
        address = parseaddr(recipient)[1]
        try:
            suppressed = normalised(address) if reason is SuppressionReason.BOUNCE else canonical(address)
        except UnicodeError:
            log.warning("address in an SES event is not valid", code=reason)
            return
        if "@" in address:
            self.suppressions.suppress(address_hash(self.pepper(), suppressed), reason, now=self.clock())

    def _record_delivery(self, event: Event, delivery: Delivery) -> None:
        if not event.tag("signature"):
            return
        try:
            campaign = self.campaign_reader.get_of_signatures(event.tag("campaign"))
        except CampaignNotFound:  # an email of another application that uses the same configuration set
            return
        self._record(campaign.signature_key(event.tag("signature")), delivery, event.tag("update"))

    def _record(self, key: SignatureKey, delivery: Delivery, update: str) -> None:
        """Of an update on its mark and in its figures; otherwise on the signature. SES rejects what holds a virus: as if it bounced."""
        if not update:
            self.mail_marks.set_delivery(key, delivery)
            return
        self.update_reports.count(update, key, Delivery.BOUNCED if delivery is Delivery.REJECTED else delivery)
