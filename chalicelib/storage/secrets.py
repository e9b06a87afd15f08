"""The deployment's secrets, in AWS Secrets Manager: read once in ten minutes where links are made or opened, never logged."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.links import LinkKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# A container notices a rotation after at most this long, so a new key signs only later than that.
RENEWED_SECONDS = 600
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`pepper` makes ids and must never change; `link_keys` sign links, newest first."""

    pepper: bytes
    link_keys: tuple[LinkKey, ...]

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

    def keep_link_keys(self, keys: Sequence[LinkKey]) -> None:
        """Writes `keys`, newest first, and leaves everything else in the secret as it is. Two calls."""
        written = [{"key": key.key.decode(), "since": key.since.isoformat()} for key in keys]
        self._write({**self._value(), "link_keys": written})

    def captcha_secret(self) -> str:
        """What the captcha service knows this deployment by, or the empty string. One call."""
        return str(self._value().get("captcha", ""))

    def keep_captcha_secret(self, secret: str) -> None:
        """Writes it, and leaves everything else in the secret as it is; empty forgets it. Two calls."""
        kept = {name: value for name, value in self._value().items() if name != "captcha"}
        self._write({**kept, **({"captcha": secret} if secret else {})})

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


class KnownLinkKeys:
    """What one container knows of the link keys, read again when it is older than `RENEWED_SECONDS`."""

    def __init__(self, store: SecretStore, keys: tuple[LinkKey, ...], read_at: datetime) -> None:
        self._store, self._keys, self._read_at = store, keys, read_at

    def known(self, now: datetime) -> tuple[LinkKey, ...]:
        """Newest first. While the secret cannot be read, what was known goes on: that opens every link but the newest."""
        if (now - self._read_at).total_seconds() >= RENEWED_SECONDS:
            self._read_at = now
            with contextlib.suppress(Unavailable):
                self._keys = self._store.read().link_keys
        return self._keys


def parse(value: Mapping[str, Any]) -> Secrets:
    """`{"pepper": "…", "link_keys": [{"key", "since"}, …]}`, newest first; a key may be a bare string, good since ever.

    Before the first rotation there is none, and the one link key comes from the pepper.
    """
    pepper = str(value["pepper"]).encode()
    keys = tuple(_link_key(key) for key in value.get("link_keys") or ())
    return Secrets(pepper, keys or (LinkKey(first_link_key(pepper), LONG_AGO),))


def _link_key(value: str | Mapping[str, str]) -> LinkKey:
    if isinstance(value, str):
        return LinkKey(value.encode(), LONG_AGO)
    return LinkKey(value["key"].encode(), datetime.fromisoformat(value["since"]))


def first_link_key(pepper: bytes) -> bytes:
    """The link key of a deployment that has not rotated yet."""
    return hmac.new(pepper, b"links", hashlib.sha256).hexdigest().encode()
