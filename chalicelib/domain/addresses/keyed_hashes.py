"""Names made by a keyed hash: without the key, nobody can compute one or find out what it stands for."""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

ID_LENGTH = 32
PSEUDONYM_LENGTH = 16
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
PAIRS = tuple(one + other for one in BASE32 for other in BASE32)


def keyed_hash(key: bytes, message: str, *, length: int) -> str:
    """`length` characters of `[a-z2-7]`, at most 48: a truncated HMAC-SHA256 in base32."""
    digest = _digest(key, message)
    # Five bytes become eight characters; more than are asked for need not be written.
    return _base32(digest[: -(-length // 8) * 5])[:length]


def _digest(key: bytes, message: str) -> bytes:
    mac = _begun(key).copy()
    mac.update(message.encode())
    return mac.digest()


@lru_cache(maxsize=16)
def _begun(key: bytes) -> hmac.HMAC:
    """An HMAC that has read the key alone, to be copied: that saves a quarter of each."""
    return hmac.new(key, digestmod="sha256")


def _base32(data: bytes) -> str:
    """`data`, a multiple of five bytes, in lower case. What `base64.b32encode` does takes longer than the HMAC itself."""
    number = int.from_bytes(data, "big")
    return "".join([PAIRS[number >> shift & 1023] for shift in range(len(data) * 8 - 10, -1, -10)])


def daily_pseudonym(pepper: bytes, kind: str, day: date, text: str) -> str:
    """A name for `text` on one `day` (UTC): names from different days, or of different kinds, cannot be linked."""
    return keyed_hash(_daily_key(pepper, kind, day), text, length=PSEUDONYM_LENGTH)


@lru_cache(maxsize=16)
def _daily_key(pepper: bytes, kind: str, day: date) -> bytes:
    return _digest(pepper, f"{kind}\n{day.isoformat()}")


def hash_pattern(length: int) -> str:
    """A regular expression, valid in Python and in JSON Schema, for a name of that length."""
    return f"[a-z2-7]{{{length}}}"
