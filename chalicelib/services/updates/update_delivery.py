"""Sends an update to one signer, once; twice only if the worker dies, or SES's answer is lost, between sending and marking.

As the mailer does: a lease, the email, a mark. Who has withdrawn, said no or been suppressed since gets nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.addresses.mailboxes import can_be_emailed
from chalicelib.domain.errors import PermanentMailError, TemporaryMailError, Unavailable
from chalicelib.storage.updates.update_marks import AlreadyDone, MarkLeased

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.mail.ses import EmailSender
    from chalicelib.services.mail.address_allowance import AddressAllowance
    from chalicelib.services.updates.update_composer import Mailing, UpdateComposer
    from chalicelib.storage.signatures.signatures import Signatures
    from chalicelib.storage.updates.update_marks import MarkLease, UpdateMarks

KIND = "update"
# As the mailer's: SES answers within 6 s or not at all, and then the mark must be written before the lease ends.
LEFT_TO_SEND_SECONDS = 20
MARK_TRIES = 8
BETWEEN_MARKS_SECONDS = 1.0


class Outcome(Enum):
    """What became of one signer's update."""

    NOT_MEANT = auto()  # withdrawn, taken back or changed since the list was read
    SENT = auto()
    FAILED = auto()  # SES refuses it for good
    SKIPPED = auto()  # the address must not, or cannot, be emailed


@dataclass(slots=True)
class UpdateDelivery:
    """Sends updates, one at a time."""

    signatures: Signatures
    update_marks: UpdateMarks
    address_allowance: AddressAllowance
    composer: UpdateComposer
    email_sender: EmailSender
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def deliver(self, mailing: Mailing, key: SignatureKey) -> Outcome:
        """Sends it, unless the signer has it. Raises TemporaryMailError, Unavailable: then the signer is still owed it."""
        signature = self.signatures.find(key)
        if signature is None or not mailing.update.is_for(signature):
            return Outcome.NOT_MEANT
        if not can_be_emailed(signature.email) or self.address_allowance.is_suppressed(signature.email):
            return Outcome.SKIPPED
        try:
            lease = self.update_marks.lease(mailing.update.id, key, now=self.clock())
        except AlreadyDone as done:
            return Outcome.SENT if done.was_sent else Outcome.FAILED
        except MarkLeased:  # of a worker that died a moment ago, or of one whose bucket was taken over
            raise TemporaryMailError(reason="leased") from None
        return self._send(mailing, signature, lease)

    def _send(self, mailing: Mailing, signature: Signature, lease: MarkLease) -> Outcome:
        facts = {"campaign": signature.campaign, "signature": signature.id, "kind": KIND}
        try:
            self._hand_over(mailing, signature, lease, {**facts, "update": mailing.update.id})
        except PermanentMailError as error:
            self.update_marks.mark_failed(lease)
            log.metric(
                "update_refused", 1, message="update refused permanently", code=str(error.facts["reason"]), **facts
            )
            return Outcome.FAILED
        except TemporaryMailError:
            self.update_marks.end_lease(lease)
            raise
        self._mark_sent(lease)
        log.metric("update_sent", 1, message="update sent", **facts)
        return Outcome.SENT

    def _hand_over(self, mailing: Mailing, signature: Signature, lease: MarkLease, tags: dict[str, str]) -> None:
        message = self.composer.compose(mailing, signature)
        if lease.until - self.clock().timestamp() < LEFT_TO_SEND_SECONDS:
            raise TemporaryMailError(reason="late")
        self.email_sender.send(message, to=signature.email, sender=mailing.campaign.sender, tags=tags)

    def _mark_sent(self, lease: MarkLease) -> None:
        """Marks it as sent. Raises Unavailable when the tables are away for very long: then it is sent twice."""
        for tries_left in reversed(range(MARK_TRIES)):
            try:
                self.update_marks.mark_sent(lease, now=self.clock())
            except Unavailable:
                if not tries_left:
                    raise
                self.sleep(BETWEEN_MARKS_SECONDS)
            else:
                return
