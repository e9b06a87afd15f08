"""Members: people who organise. They sign in with their email address; what they may do is as for keys.

A member who was removed keeps an id and a name, so that the audit log stays readable, and nothing else.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role

if TYPE_CHECKING:
    from datetime import datetime

# The letter tells a member's id from a key's, which is hexadecimal; a session's id begins with its member's.
MEMBER_ID = re.compile("m[0-9a-f]{12}")
SESSION_ID = re.compile(f"({MEMBER_ID.pattern})s[0-9a-f]{{12}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What somebody may do: a role, campaigns (ids, or `*`) and, when bound to one, a sponsor."""

    role: Role
    campaigns: tuple[str, ...] = (EVERY_CAMPAIGN,)
    sponsor: str = ""

    def includes(self, other: Access) -> bool:
        """True when whoever has this may do all that `other` allows."""
        reaches = EVERY_CAMPAIGN in self.campaigns or set(other.campaigns) <= set(self.campaigns)
        return self.role.includes(other.role) and reaches and self.sponsor in {"", other.sponsor}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member as stored. `address_hash` is under what the address is looked up; `epoch` grows when all sessions end.

    `revision` grows with each change; `signed_in_at` is empty until the invitation was used.
    """

    id: str
    name: str
    email: str
    address_hash: str
    access: Access
    language: str
    created_at: datetime
    invited_by: str = ""
    signed_in_at: datetime | None = None
    removed_at: datetime | None = None
    epoch: int = 0
    revision: int = 1

    @property
    def is_admin(self) -> bool:
        """True for a member who may do everything."""
        return self.access.role is Role.ADMIN


def new_member_id() -> str:
    """A new id."""
    return f"m{secrets.token_hex(6)}"


def new_session_id(member: str) -> str:
    """A new id of a session of `member`."""
    return f"{member}s{secrets.token_hex(6)}"


def is_member_id(text: str) -> bool:
    """True for what could be a member's id."""
    return bool(MEMBER_ID.fullmatch(text))


def member_of(key_id: str) -> str:
    """The member whose session has this id; empty for the id of a key."""
    match = SESSION_ID.fullmatch(key_id)
    return match[1] if match else ""
