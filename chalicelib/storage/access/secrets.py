"""The deployment's secrets in AWS Secrets Manager: what may change is read again every ten minutes, and nothing is logged."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.access.signed_links import LinkKey
from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A container may take this long to notice a rotation, so a new key begins to sign only after that.
MAX_AGE_SECONDS = 600
EVERY_SITE = ""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`pepper` is the key of all ids and must never change; `link_keys` sign links, newest first.

    `captcha_secrets` authenticate us to captcha services, by site key; the one under `EVERY_SITE` is for all others.
    """

    pepper: bytes
    link_keys: tuple[LinkKey, ...]
    captcha_secrets: Mapping[str, str] = field(default_factory=dict)

    def captcha_secret(self, site_key: str) -> str:
        """The captcha secret for `site_key`; empty if there is none."""
        return self.captcha_secrets.get(site_key) or self.captcha_secrets.get(EVERY_SITE, "")

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, slots=True)
class SecretStore:
    """The deployment's one secret, by name or ARN. Every method may raise Unavailable."""

    client: Any
    secret_id: str

    def read(self) -> Secrets:
        """One call."""
        return parse(self._value())

    def write_link_keys(self, keys: Sequence[LinkKey]) -> None:
        """Writes `keys`, newest first, and leaves everything else in the secret as it is. Two calls."""
        written = [{"key": key.key.decode(), "since": key.since.isoformat()} for key in keys]
        self._write({**self._value(), "link_keys": written})

    def write_captcha_secret(self, secret: str, site_key: str = EVERY_SITE) -> None:
        """Writes it, or removes it if empty, and leaves everything else in the secret as it is. Two calls."""
        value = self._value()
        captcha_secrets = {**(value.get("captchas") or {}), site_key: secret}
        self._write({**value, "captchas": {name: one for name, one in captcha_secrets.items() if one}})

    def _write(self, value: dict[str, Any]) -> None:
        try:
            self.client.put_secret_value(SecretId=self.secret_id, SecretString=json.dumps(value))
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error

    def _value(self) -> dict[str, Any]:
        try:
            value: dict[str, Any] = json.loads(self.client.get_secret_value(SecretId=self.secret_id)["SecretString"])
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return value


class CachedSecrets:
    """The secrets as one container last read them."""

    def __init__(self, store: SecretStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._secrets: Secrets | None = None
        self._read_at = LONG_AGO

    def get(self) -> Secrets:
        """At any age, for what never changes. Raises Unavailable if they have never been read."""
        if self._secrets is None:
            self._secrets, self._read_at = self._store.read(), self._clock()
        return self._secrets

    def get_fresh(self) -> Secrets:
        """At most `MAX_AGE_SECONDS` old; older while the secret cannot be read, which still opens all but the newest links."""
        cached, now = self.get(), self._clock()
        if (now - self._read_at).total_seconds() >= MAX_AGE_SECONDS:
            self._read_at = now
            with contextlib.suppress(Unavailable):
                self._secrets = cached = self._store.read()
        return cached


def parse(value: Mapping[str, Any]) -> Secrets:
    """`{"pepper": "…", "link_keys": [{"key", "since"}, …]}`, newest first; a key may be a bare string, which has always signed.

    Before the first rotation there are no link keys, and the only one is derived from the pepper.
    """
    pepper = str(value["pepper"]).encode()
    keys = tuple(_link_key(key) for key in value.get("link_keys") or ())
    keys = keys or (LinkKey(first_link_key(pepper), LONG_AGO),)
    return Secrets(pepper, keys, value.get("captchas") or {})


def _link_key(value: str | Mapping[str, str]) -> LinkKey:
    if isinstance(value, str):
        return LinkKey(value.encode(), LONG_AGO)
    return LinkKey(value["key"].encode(), datetime.fromisoformat(value["since"]))


def first_link_key(pepper: bytes) -> bytes:
    """The link key of a deployment that has never rotated it."""
    return hmac.new(pepper, b"links", hashlib.sha256).hexdigest().encode()
