"""Which mail is due: owed by the signature, and still of use to the signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.signatures.mail_marks import MailKind

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature

ASKS_FOR_A_CLICK = frozenset({MailKind.CONFIRMATION, MailKind.REMINDER})


def due_mail(campaign: Campaign, signature: Signature, now: datetime) -> MailKind | None:
    """The mail to send now. None past the signature's expiry, or when a click would come too late to count."""
    kind = signature.owed_mail()
    if kind is None or signature.is_gone(now):
        return None
    return None if kind in ASKS_FOR_A_CLICK and not campaign.takes_confirmations(now) else kind
