"""What the mailer notes on a signature, and the words it uses for it; it decides nothing (see `signature`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class MailKind(StrEnum):
    """What an email says."""

    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    ALREADY_SIGNED = "already_signed"
    THANKS = "thanks"


class Outcome(StrEnum):
    """What became of the last attempt to send an email."""

    SENT = "sent"
    DELAYED = "delayed"  # SES did not take it now; the queue redelivers the job
    CAPPED = "capped"  # put off to the next day: the address has had its five
    SUPPRESSED = "suppressed"  # the address is not to be mailed
    FAILED = "failed"  # SES refused it for good
    HELD = "held"  # it waits for an organiser
    PAUSED = "paused"  # requested again, after one of the two GIVEN_UP, while mail was paused


# Only a redriven job or a new request of the signer tries again.
GIVEN_UP = frozenset({Outcome.FAILED, Outcome.SUPPRESSED})


class Delivery(StrEnum):
    """What SES reported of an email."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the mailer knows of a signature; times are UTC.

    `lease_until` (seconds since 1970) says until when one mailer has it in hand. `held` is why its email waits for the
    organiser; `cleared_at` is when it passed the caps, or the organiser released it. `disposable` says that the address
    is of a mailbox to throw away.
    """

    asked_at: datetime | None = None
    sent_at: datetime | None = None
    sends: int = 0
    reminded_at: datetime | None = None
    thanked_at: datetime | None = None
    stands_asked_at: datetime | None = None
    stands_sent_at: datetime | None = None
    lease_until: int = 0
    outcome: Outcome | None = None
    delivery: Delivery | None = None
    held: str = ""
    held_at: datetime | None = None
    cleared_at: datetime | None = None
    disposable: bool = False
