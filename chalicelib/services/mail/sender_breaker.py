"""Stops asking SES for a while when it refuses everything of a sender, so that an alarm rings and no email is given up.

It is a matter of each mailer by itself, in memory: a new one asks SES again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.errors import SenderRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

REFUSALS_IN_A_ROW = 5
STOPPED_FOR = timedelta(minutes=1)


@dataclass(slots=True)
class _Refusals:
    reason: str = ""
    count: int = 0
    stopped_until: datetime | None = None


@dataclass(slots=True)
class SenderBreaker:
    """Counts refusals alike in a row, for each sender's address."""

    clock: Callable[[], datetime]
    _senders: dict[str, _Refusals] = field(default_factory=dict)

    def check(self, sender: str) -> None:
        """Raises SenderRefused while this sender is stopped. When the time is over, the next refusal stops it again."""
        refusals = self._senders.get(sender)
        if refusals and refusals.stopped_until and self.clock() < refusals.stopped_until:
            raise SenderRefused(reason=refusals.reason)

    def note_refusal(self, sender: str, reason: str) -> None:
        """Counts a refusal that concerned the sender and not the message."""
        refusals = self._senders.setdefault(sender, _Refusals())
        refusals.count = refusals.count + 1 if refusals.reason == reason else 1
        refusals.reason = reason
        if refusals.count >= REFUSALS_IN_A_ROW:
            refusals.stopped_until = self.clock() + STOPPED_FOR
            log.metric("mail_stopped", 1, message="SES refuses everything of a sender", code=reason)

    def note_sent(self, sender: str) -> None:
        """Forgets the refusals: SES has accepted an email."""
        self._senders.pop(sender, None)
