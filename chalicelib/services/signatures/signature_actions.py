"""What an organiser can do with one signature: withdraw it, or have the confirmation email sent again; nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import (
    AskedJustNow,
    CampaignNotOpen,
    ConfirmationsUsedUp,
    Forbidden,
    NotFound,
    NotPending,
)
from chalicelib.domain.signatures.signature import MAX_CONFIRMATIONS, RESEND_AFTER
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.services.signatures.withdrawal import withdraw_signature

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures


@dataclass(slots=True)
class SignatureActions:
    """Acts on one signature. A key bound to a sponsor may only read."""

    signature_search: SignatureSearch
    signatures: Signatures
    mail_marks: MailMarks
    audit: AuditLog
    clock: Callable[[], datetime]

    def withdraw(self, campaign_id: str, signature_id: str, key: ApiKey) -> Signature:
        """Withdraws a signature, as its signer could. Repeating it changes nothing. Raises NotFound, Forbidden."""
        campaign, signature = self._get(campaign_id, signature_id, key)
        if signature.has_left and not signature.withdrawal:
            return signature
        self._add_to_audit_log("signature withdrawn", campaign, key)
        withdrawn = withdraw_signature(self.signatures, signature.key, Withdrawer.ORGANIZER, self.clock).left
        if withdrawn is None:  # deleted in this very moment
            raise NotFound
        return withdrawn

    def resend(self, campaign_id: str, signature_id: str, key: ApiKey) -> Signature:
        """Requests another confirmation email, which the mailer sends.

        Raises NotFound, Forbidden, NotPending, CampaignNotOpen, ConfirmationsUsedUp, AskedJustNow.
        """
        campaign, signature = self._get(campaign_id, signature_id, key)
        now = self.clock()
        _check_resendable(campaign, signature, now)
        self._add_to_audit_log("confirmation requested again", campaign, key)
        self.mail_marks.request_confirmation(signature, now=now)
        if signature.marks.held:
            self.mail_marks.release(signature, now=now)
        return replace(signature, marks=replace(signature.marks, asked_at=now))

    def _add_to_audit_log(self, act: str, campaign: Campaign, key: ApiKey) -> None:
        """Written first: better one entry too many than one missing. It omits the signature's id, as that may be gone for good."""
        self.audit.add(act, key.id, now=self.clock(), campaign=campaign.id)

    def _get(self, campaign_id: str, signature_id: str, key: ApiKey) -> tuple[Campaign, Signature]:
        if key.sponsor:
            raise Forbidden
        return self.signature_search.get(campaign_id, signature_id, key)


def _check_resendable(campaign: Campaign, signature: Signature, now: datetime) -> None:
    marks = signature.marks
    if not signature.is_pending:
        raise NotPending
    if not campaign.accepts_confirmations(now):
        raise CampaignNotOpen
    if marks.sends >= MAX_CONFIRMATIONS:
        raise ConfirmationsUsedUp
    if marks.sent_at is not None and now < marks.sent_at + RESEND_AFTER:
        raise AskedJustNow
