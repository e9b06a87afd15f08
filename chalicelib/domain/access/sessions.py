"""Sessions: keys that expire, of a member. What one may do is what its member may do at that moment."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import ApiKey, hash_secret

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.access.members import Member

IDLE_LIFETIME = timedelta(hours=12)
WHOLE_LIFETIME = timedelta(days=30)
# The use of a session is recorded at most this often: a write costs more than the two reads of a request.
USE_RECORDED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as stored: a hash of its secret, never the secret. `device` is what the browser says it is, in two words.

    `epoch` is the member's when it began.
    """

    id: str
    member: str
    secret_hash: str
    created_at: datetime
    used_at: datetime
    epoch: int
    browser: str = ""
    system: str = ""

    @property
    def valid_until(self) -> datetime:
        """When it ends unless it is used, and at the latest."""
        return min(self.used_at + IDLE_LIFETIME, self.created_at + WHOLE_LIFETIME)

    def is_valid(self, secret: str, member: Member, now: datetime) -> bool:
        """True when `secret` is this session's and it has not ended. Compares in constant time."""
        matches = hmac.compare_digest(self.secret_hash, hash_secret(secret))
        return matches and self.is_alive(member, now)

    def is_alive(self, member: Member, now: datetime) -> bool:
        """True while its member is one, has not been narrowed or signed out everywhere since, and uses it."""
        return member.removed_at is None and self.epoch == member.epoch and now < self.valid_until

    def is_use_due(self, now: datetime) -> bool:
        """True when it is time to record that it is used."""
        return now - self.used_at >= USE_RECORDED_EVERY

    def as_key(self, member: Member) -> ApiKey:
        """The session as what routes check: with the id and name of its member, who is the one that acts."""
        return ApiKey(
            id=member.id,
            name=member.name,
            role=member.access.role,
            campaigns=member.access.campaigns,
            sponsor=member.access.sponsor,
            secret_hash=self.secret_hash,
            created_at=self.created_at,
            valid_until=self.valid_until,
            session=self.id,
        )
