"""API keys: created with a secret that is shown once, checked in constant time, cached for a minute.

Sessions come with the same header, and are checked by whoever begins and ends them: those are never cached.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import (
    EVERY_CAMPAIGN,
    ApiKey,
    Role,
    hash_secret,
    is_key_id,
    key_id_of,
    new_secret,
)
from chalicelib.domain.access.members import member_of
from chalicelib.domain.errors import Forbidden, KeyNotFound, Unauthorized
from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.access.api_keys import ApiKeys

KEY_CACHE_SECONDS = 60
# The actor when there is no key: somebody who has the deployment's own rights.
COMMAND_LINE = "command"


def no_session(_id: str, _secret: str) -> ApiKey:
    """Knows no session. Raises Unauthorized."""
    raise Unauthorized


@dataclass(slots=True)
class Keyring:
    """Creates, revokes and checks keys."""

    store: ApiKeys
    clock: Callable[[], datetime]
    authenticate_session: Callable[[str, str], ApiKey] = no_session
    has_admin_member: Callable[[], bool] = lambda: False
    _cache: Cache[str, ApiKey] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = Cache(KEY_CACHE_SECONDS, self.clock)

    def create(
        self,
        name: str,
        role: Role,
        campaigns: tuple[str, ...] = (EVERY_CAMPAIGN,),
        *,
        sponsor: str = "",
        valid_until: datetime | None = None,
        by: str = COMMAND_LINE,
    ) -> tuple[ApiKey, str]:
        """Returns a new key and its secret, which is stored nowhere. `by` is the id of the key or member that creates it."""
        key_id, secret = new_secret()
        key = ApiKey(
            id=key_id,
            name=name,
            role=role,
            campaigns=campaigns,
            secret_hash=hash_secret(secret),
            created_at=self.clock(),
            valid_until=valid_until,
            sponsor=sponsor,
            created_by=by,
        )
        self.store.add(key, by=by)
        return key, secret

    def create_first(self, name: str) -> tuple[ApiKey, str] | None:
        """Returns a new admin key and its secret, or None while another one works, or a member is an admin: they let others in."""
        now = self.clock()
        if self.has_admin_member() or any(key.role is Role.ADMIN and key.is_alive(now) for key in self.list()):
            return None
        return self.create(name, Role.ADMIN)

    def revoke(self, key_id: str, *, by: str) -> None:
        """Revokes a key: here at once, in other containers within a minute. Revoking it again changes nothing. Raises KeyNotFound."""
        key = self.store.find(key_id) if is_key_id(key_id) else None
        if key is None:
            raise KeyNotFound
        if key.revoked_at is None:
            self.store.revoke(key, by=by, now=self.clock())
        self._cache.remove(key_id)

    def end_for(self, campaign: str, by: str) -> None:
        """Takes `campaign` out of every key, and revokes those that have no other: it is deleted, and its name may come again."""
        for key in self.list():
            if key.has_every_campaign or campaign not in key.campaigns or key.revoked_at:
                continue
            rest = tuple(one for one in key.campaigns if one != campaign)
            if rest:
                self.store.narrow(key, rest, by=by, now=self.clock())
            else:
                self.store.revoke(key, by=by, now=self.clock())
            self._cache.remove(key.id)

    def list(self) -> list[ApiKey]:
        """Lists every key, revoked ones included, oldest first."""
        return list(self.store.list())

    def authorize(self, authorization: str | None, role: Role, campaign: str | None = None) -> ApiKey:
        """Returns the key of an `Authorization: Bearer us_…` header, or the session as one.

        Raises Unauthorized without a valid key, and Forbidden when it may not do this, whether or not the campaign exists.
        """
        key = self.authenticate(authorization)
        if not key.may(role, campaign):
            raise Forbidden
        return key

    def authenticate(self, authorization: str | None) -> ApiKey:
        """Returns the same, whatever it may do. Raises Unauthorized."""
        scheme, _, secret = (authorization or "").partition(" ")
        key_id = key_id_of(secret.strip()) if scheme.lower() == "bearer" else None
        if key_id is None:
            raise Unauthorized
        if member_of(key_id):
            return self.authenticate_session(key_id, secret.strip())
        cached = self._cache.find(key_id)
        key = cached or self.store.find(key_id)
        if key is None or not key.is_valid(secret.strip(), self.clock()):
            raise Unauthorized
        return key if cached else self._note_use(key)

    def _note_use(self, key: ApiKey) -> ApiKey:
        """Caches a key just read, and records the first use of each day."""
        today = self.clock().date().isoformat()
        if key.last_used != today:
            self.store.record_use(key, today=today)
            key = replace(key, last_used=today)
        return self._cache.put(key.id, key)
