"""The deployment's secrets, from AWS Secrets Manager; read once a container, never logged."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Secrets:
    """`pepper` makes ids and must never change; `link_keys` sign links, newest first."""

    pepper: bytes
    link_keys: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "Secrets(…)"


def read_secrets(client: Any, secret_id: str) -> Secrets:
    """One call. Raises Unavailable."""
    try:
        text = client.get_secret_value(SecretId=secret_id)["SecretString"]
    except (ClientError, BotoCoreError) as error:
        raise Unavailable from error
    return parse(json.loads(text))


def parse(value: Mapping[str, Any]) -> Secrets:
    """`{"pepper": "…", "link_keys": ["newest", …]}`; before the first rotation the one link key comes from the pepper."""
    pepper = str(value["pepper"]).encode()
    keys = tuple(str(key).encode() for key in value.get("link_keys") or ())
    return Secrets(pepper, keys or (first_link_key(pepper),))


def first_link_key(pepper: bytes) -> bytes:
    """The link key of a deployment that has not rotated yet."""
    return hmac.new(pepper, b"links", hashlib.sha256).hexdigest().encode()
