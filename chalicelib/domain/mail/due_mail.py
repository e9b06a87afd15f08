"""Which email is due: owed by the signature, and still of use to the signer. It says nothing of caps and suppressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.mail_marks import MailKind

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature

NEEDS_CLICK = frozenset({MailKind.CONFIRMATION, MailKind.REMINDER})


@dataclass(frozen=True, slots=True)
class DueEmail:
    """An email to send now."""

    kind: MailKind
    campaign: Campaign
    signature: Signature

    @property
    def counts_against_limits(self) -> bool:
        """True when a stranger's form causes it, to an address that nobody has proved to be the signer's."""
        is_first_thanks = self.kind is MailKind.THANKS and self.signature.marks.sent_at is None
        return self.kind is MailKind.CONFIRMATION or is_first_thanks

    @property
    def facts(self) -> dict[str, str]:
        """What logs and SES's tags say of it; nothing of the person."""
        return {"campaign": self.campaign.id, "signature": self.signature.id, "kind": str(self.kind)}


def due_email(campaign: Campaign, signature: Signature, now: datetime) -> DueEmail | None:
    """The email to send now. None past the signature's expiry, or when a click would come too late to count."""
    kind = signature.owed_mail()
    if kind is None or signature.is_expired(now):
        return None
    if kind in NEEDS_CLICK and not campaign.accepts_confirmations(now):
        return None
    return DueEmail(kind, campaign, signature)
