"""Rotates the keys that links are signed with, without breaking links already sent; it never touches the pepper."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import LinkKey, signing_key
from chalicelib.domain.errors import KeyNotFound
from chalicelib.storage.access.secrets import MAX_AGE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.access.secrets import SecretStore

# By then every container has read the secret again, with half that time to spare for a slow one.
TAKES_OVER_AFTER = timedelta(seconds=MAX_AGE_SECONDS * 1.5)


@dataclass(frozen=True, slots=True)
class LinkKeyRotation:
    """Rotates link keys."""

    store: SecretStore
    audit: AuditLog
    clock: Callable[[], datetime]

    def list(self) -> tuple[LinkKey, ...]:
        """Lists every key that opens links, newest first."""
        return self.store.read().link_keys

    def signing_key(self, keys: Sequence[LinkKey]) -> LinkKey:
        """Returns the key among `keys` that signs now."""
        return signing_key(keys, self.clock())

    def rotate(self, *, by: str) -> LinkKey:
        """Adds a key and returns it. It opens links at once and signs them once every container has it; older keys still open theirs."""
        now = self.clock()
        key = LinkKey(secrets.token_hex(32).encode(), now + TAKES_OVER_AFTER)
        self.store.write_link_keys((key, *self.list()))
        self.audit.add("link_keys.rotated", by, now=now, link_key=key.id)
        return key

    def replace_all(self, *, by: str) -> LinkKey:
        """Replaces every key by a new one that signs at once: links sent so far stop working within `MAX_AGE_SECONDS`."""
        now = self.clock()
        key = LinkKey(secrets.token_hex(32).encode(), now)
        self.store.write_link_keys((key,))
        self.audit.add("link_keys.replaced", by, now=now, link_key=key.id)
        return key

    def remove(self, key_id: str, *, by: str) -> None:
        """Removes an old key: links signed with it stop working. Raises KeyNotFound, also for the key that signs now."""
        keys = self.list()
        remaining = tuple(key for key in keys if key.id != key_id)
        if len(remaining) == len(keys) or self.signing_key(keys) not in remaining:
            raise KeyNotFound
        self.store.write_link_keys(remaining)
        self.audit.add("link_keys.forgotten", by, now=self.clock(), link_key=key_id)
