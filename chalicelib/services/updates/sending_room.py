"""How fast updates may be sent: a share of what SES allows, and nothing while confirmations wait.

Each worker takes its part of the share, so that together they never exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.updates.update import WaitReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.mail.sending_quota import SendingQuotas
    from chalicelib.storage.queues import MailQueue

# What SES gives a new account (SES, "Service quotas"): assumed while it does not say.
LEAST_RATE = 1.0
QUOTA_AGE = timedelta(minutes=1)
# Mailers take ten jobs at a time. More that wait are a backlog; more in flight were put off by SES and come back later.
BATCH = 10
MOST_WAITING = 2 * BATCH


@dataclass(slots=True)
class SendingRoom:
    """The pace of one worker. `share` is in percent; `workers` send updates at once, `mailers` everything else."""

    quotas: SendingQuotas
    mail_queue: MailQueue
    share: int
    workers: int
    mailers: int
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    _rate: float = LEAST_RATE
    _left_today: float = 0
    _read_at: datetime | None = None
    _next_at: datetime | None = field(default=None)

    def reason_to_wait(self) -> WaitReason | None:
        """Why no update may be sent for now, or None."""
        self._read_quota()
        if self._left_today <= 0:
            return WaitReason.QUOTA
        backlog = self.mail_queue.backlog()
        if backlog.waiting > MOST_WAITING or backlog.in_flight > BATCH * (self.mailers + 1):
            return WaitReason.CONFIRMATIONS
        return None

    def wait_for_turn(self) -> None:
        """Waits until this worker may send its next email."""
        now = self.clock()
        if self._next_at is not None and self._next_at > now:
            self.sleep((self._next_at - now).total_seconds())
            now = self._next_at
        self._next_at = now + timedelta(seconds=self.seconds_between)
        self._left_today -= self.workers  # the others send as well

    @property
    def seconds_between(self) -> float:
        """How far apart this worker's emails are."""
        return self.workers / (self._rate * self.share / 100)

    def _read_quota(self) -> None:
        now = self.clock()
        if self._read_at is not None and now < self._read_at + QUOTA_AGE:
            return
        try:
            quota = self.quotas.get()
        except Unavailable:
            self._rate, self._left_today = LEAST_RATE, float("inf")
            return
        self._rate, self._read_at = quota.per_second or LEAST_RATE, now
        self._left_today = quota.per_day * self.share / 100 - quota.sent_today if quota.per_day >= 0 else float("inf")
