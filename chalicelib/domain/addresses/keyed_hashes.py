"""Names made by a keyed hash: without the key, nobody can compute one or find out what it stands for."""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

ID_LENGTH = 32
PSEUDONYM_LENGTH = 16


def keyed_hash(key: bytes, message: str, *, length: int) -> str:
    """`length` characters of `[a-z2-7]`, at most 51: a truncated HMAC-SHA256 in base32."""
    digest = hmac.digest(key, message.encode(), "sha256")
    # Five bytes become eight characters; more than are asked for need not be written.
    return b32encode(digest[: -(-length // 8) * 5]).decode().lower()[:length]


def daily_pseudonym(pepper: bytes, kind: str, day: date, text: str) -> str:
    """A name for `text` on one `day` (UTC): names from different days, or of different kinds, cannot be linked."""
    key = hmac.digest(pepper, f"{kind}\n{day.isoformat()}".encode(), "sha256")
    return keyed_hash(key, text, length=PSEUDONYM_LENGTH)


def hash_pattern(length: int) -> str:
    """A regular expression, valid in Python and in JSON Schema, for a name of that length."""
    return f"[a-z2-7]{{{length}}}"
