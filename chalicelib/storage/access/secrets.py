"""The deployment's secrets, in AWS Secrets Manager: read again after ten minutes by who needs what may change, never logged."""

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

# A container notices a rotation after at most this long, so a new key signs only later than that.
MAX_AGE_SECONDS = 600
EVERY_SITE = ""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`pepper` makes ids and must never change; `link_keys` sign links, newest first.

    `captchas` is what captcha services know us by, for each site key; under `EVERY_SITE` for those without one of their own.
    """

    pepper: bytes
    link_keys: tuple[LinkKey, ...]
    captcha_secrets: Mapping[str, str] = field(default_factory=dict)

    def captcha_secret(self, site_key: str) -> str:
        """What the service of `site_key` gave us; empty when it gave nothing."""
        return self.captcha_secrets.get(site_key) or self.captcha_secrets.get(EVERY_SITE, "")

    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, slots=True)
class SecretStore:
    """The one secret, by its name or ARN. Every call raises Unavailable."""

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
        """Writes it, and leaves everything else in the secret as it is; empty forgets it. Two calls."""
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
    """What one container knows of the secrets, and since when."""

    def __init__(self, store: SecretStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._secrets: Secrets | None = None
        self._read_at = LONG_AGO

    def get(self) -> Secrets:
        """However old: enough for what never changes. Raises Unavailable before they were read at all."""
        if self._secrets is None:
            self._secrets, self._read_at = self._store.read(), self._clock()
        return self._secrets

    def get_fresh(self) -> Secrets:
        """At most `MAX_AGE_SECONDS` old. While the secret cannot be read, what was known goes on: that opens every link but the newest."""
        cached, now = self.get(), self._clock()
        if (now - self._read_at).total_seconds() >= MAX_AGE_SECONDS:
            self._read_at = now
            with contextlib.suppress(Unavailable):
                self._secrets = cached = self._store.read()
        return cached


def parse(value: Mapping[str, Any]) -> Secrets:
    """`{"pepper": "…", "link_keys": [{"key", "since"}, …]}`, newest first; a key may be a bare string, good since ever.

    Before the first rotation there is none, and the one link key comes from the pepper.
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
    """The link key of a deployment that has not rotated yet."""
    return hmac.new(pepper, b"links", hashlib.sha256).hexdigest().encode()
