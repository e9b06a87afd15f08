"""What the mailer records on a signature; which email is owed is decided in `signature`."""

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
    THANKS = "thanks"
    ALREADY_SIGNED = "already_signed"


class Outcome(StrEnum):
    """What became of the last attempt to send an email."""

    SENT = "sent"
    DELAYED = "delayed"  # SES did not accept it this time; the queue redelivers the job
    CAPPED = "capped"  # put off until the next day: the address has had its five emails
    SUPPRESSED = "suppressed"  # the address must not be emailed
    FAILED = "failed"  # SES refused it for good
    UNREACHABLE = "unreachable"  # SES delivers to no such address: it was never asked
    HELD = "held"  # it waits for an organiser's decision
    PAUSED = "paused"  # requested again while mail was paused, after one of GIVEN_UP


# Only a redriven job or a new request by the signer tries again after these.
GIVEN_UP = frozenset({Outcome.FAILED, Outcome.SUPPRESSED, Outcome.UNREACHABLE})


class Delivery(StrEnum):
    """What SES reported of an email."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the mailer knows about a signature; times are in UTC.

    `stands_…` is about the email that says that it was already signed. `lease_until` (seconds since 1970) is until when
    one mailer may work on it. `held` is why its email waits for the organiser; `cleared_at` is when it passed the
    limits, or the organiser released it. `disposable` says that its address is a disposable one.
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


# The marks of every new signature. They never change, so all share them.
UNMARKED = Marks()
