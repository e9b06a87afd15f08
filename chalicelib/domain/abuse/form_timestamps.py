"""The moment a form was shown, signed, so that what is sent back too soon or made up can be told; it never refuses anything.

A token names the campaign and the moment and is good for both alone. Pages lie in caches for a minute, so its moment is
that of the page, never later: a person looks slower by it, no robot faster.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.keyed_hashes import keyed_hash
from chalicelib.domain.signatures.flags import Flag

if TYPE_CHECKING:
    from datetime import datetime

TIMESTAMP_FIELD = "_shown"
# Browsers fill in a form in a moment, but nobody finds it, reads one line and presses the button in less.
MIN_FILL_TIME = timedelta(seconds=2)
# Two functions' clocks may differ a little.
CLOCK_SKEW = timedelta(seconds=5)
MAC_LENGTH = 16
MAX_TOKEN_LENGTH = 40


def form_token(pepper: bytes, campaign: str, shown_at: datetime) -> str:
    """What a form of `campaign` carries in the field FIELD: the moment to the tenth of a second, and a mark."""
    tenths = format(int(shown_at.timestamp() * 10), "x")
    return f"{tenths}.{_mac(pepper, campaign, tenths)}"


def form_flags(pepper: bytes, campaign: str, token: object, now: datetime) -> tuple[str, ...]:
    """What is odd about a form that carried `token`: nothing when it carried none, as plain forms do."""
    if token is None or token == "":
        return ()
    # JSON can hold half of a pair of UTF-16, which no encoding takes.
    shown_at = _moment(pepper, campaign, token) if isinstance(token, str) and token.isascii() else None
    if shown_at is None or shown_at > (now + CLOCK_SKEW).timestamp():
        return (str(Flag.FORGED),)
    return (str(Flag.FAST),) if now.timestamp() - shown_at < MIN_FILL_TIME.total_seconds() else ()


def _moment(pepper: bytes, campaign: str, token: str) -> float | None:
    tenths, _, mac = token[:MAX_TOKEN_LENGTH].partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(pepper, campaign, tenths).encode()):
        return None
    return int(tenths, 16) / 10


def _mac(pepper: bytes, campaign: str, tenths: str) -> str:
    return keyed_hash(pepper, f"form\n{campaign}\n{tenths}", length=MAC_LENGTH)
