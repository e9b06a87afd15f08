"""API keys: their roles and what each may do. A key never holds its secret, only the secret's hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PREFIX = "us_"
EVERY_CAMPAIGN = "*"
MAX_ID_LENGTH = 40


class Role(StrEnum):
    """What a key may do: a reader sees counts, an organizer runs campaigns, an admin does everything."""

    READER = "reader"
    ORGANIZER = "organizer"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """True when this role may do all that `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored. `campaigns` holds ids, or `*`; for an admin it always means `*`.

    `created_by` is the id of the key or member that made it. For a session, `session` is its id, and `id` and `name` are
    those of its member: whoever acts is a person, on whatever device.
    """

    id: str
    name: str
    role: Role
    campaigns: tuple[str, ...]
    secret_hash: str
    created_at: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    sponsor: str = ""
    last_used: str = ""
    created_by: str = ""
    session: str = ""

    def is_valid(self, secret: str, now: datetime) -> bool:
        """True when `secret` is this key's, and it is neither revoked nor expired. Compares in constant time."""
        matches = hmac.compare_digest(self.secret_hash, hash_secret(secret))
        return matches and self.is_alive(now)

    def is_alive(self, now: datetime) -> bool:
        """True when it is neither revoked nor expired."""
        return self.revoked_at is None and (self.valid_until is None or now < self.valid_until)

    @property
    def has_every_campaign(self) -> bool:
        """True when it is not limited to a list of campaigns."""
        return self.role is Role.ADMIN or EVERY_CAMPAIGN in self.campaigns

    def may(self, role: Role, campaign: str | None = None) -> bool:
        """True when the key has at least `role` and, if a `campaign` is given, access to it."""
        reaches = campaign is None or self.has_every_campaign or campaign in self.campaigns
        return self.role.includes(role) and reaches


def hash_secret(secret: str) -> str:
    """SHA-256 in hex: enough for a secret of 32 random bytes, which is in no dictionary."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> tuple[str, str]:
    """A new `(id, secret)`. The secret begins with `us_` and its id, so that it can be recognised and looked up."""
    key_id = secrets.token_hex(6)
    return key_id, f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"


def is_key_id(text: str) -> bool:
    """True for a possible key id: up to 40 ASCII letters and digits."""
    return text.isascii() and text.isalnum() and len(text) <= MAX_ID_LENGTH


def key_id_of(secret: str) -> str | None:
    """The id inside a secret, or None when it is not shaped like a secret."""
    key_id, _, rest = secret.removeprefix(PREFIX).partition("_")
    is_well_formed = secret.startswith(PREFIX) and secret.isascii() and is_key_id(key_id) and bool(rest)
    return key_id if is_well_formed else None
