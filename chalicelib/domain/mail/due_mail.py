"""Which email is due: owed to the signer, and still useful to them. Limits and suppressions are decided elsewhere."""

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
        """True when a stranger's form may have caused it: nobody has proved yet that the address is the signer's."""
        is_first_thanks = self.kind is MailKind.THANKS and self.signature.marks.sent_at is None
        return self.kind is MailKind.CONFIRMATION or is_first_thanks

    @property
    def ends_test(self) -> bool:
        """True for the last email about a signature given as a test."""
        return self.campaign.is_test and self.kind is MailKind.THANKS

    @property
    def given_name(self) -> str:
        """The signer's name, once a click has proved that the address is theirs; until then it may be a stranger's words."""
        is_proved = (
            self.campaign.is_double and self.kind not in NEEDS_CLICK and self.signature.marks.sent_at is not None
        )
        return self.signature.answers.get("given_name", "") if is_proved else ""

    @property
    def facts(self) -> dict[str, str]:
        """Facts for logs and SES tags, nothing about the person."""
        return {"campaign": self.signature.campaign, "signature": self.signature.id, "kind": str(self.kind)}


def due_email(campaign: Campaign, signature: Signature, now: datetime) -> DueEmail | None:
    """The email to send now. None past the signature's expiry, or when a click would come too late to count."""
    kind = signature.owed_mail()
    if kind is None or signature.is_expired(now):
        return None
    if kind in NEEDS_CLICK and not campaign.accepts_confirmations(now):
        return None
    return DueEmail(kind, campaign, signature)
