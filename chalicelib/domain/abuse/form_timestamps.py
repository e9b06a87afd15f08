"""Signs the time at which a form was shown, to notice forms sent too fast or tampered with; it never refuses one.

A token is valid for one campaign and one time only. Pages are cached for up to a minute, so a token may be older than
the visit but never newer: caching can make a person look slower, but no robot faster.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from chalicelib.domain.addresses.keyed_hashes import keyed_hash
from chalicelib.domain.signatures.flags import Flag

TIMESTAMP_FIELD = "_shown"
# Browsers autofill a form at once, but nobody finds it, reads a line and presses the button in less than this.
MIN_FILL_TIME = timedelta(seconds=2)
# The clocks of two Lambda instances may differ a little.
CLOCK_SKEW = timedelta(seconds=5)
MAC_LENGTH = 16
MAX_TOKEN_LENGTH = 40


def form_token(pepper: bytes, campaign: str, shown_at: datetime) -> str:
    """What a form of `campaign` carries in TIMESTAMP_FIELD: the time to a tenth of a second, and a MAC of it."""
    tenths = format(int(shown_at.timestamp() * 10), "x")
    return f"{tenths}.{_mac(pepper, campaign, tenths)}"


def form_flags(pepper: bytes, campaign: str, token: object, now: datetime) -> tuple[str, ...]:
    """The flags of a form that carried `token`; none when it carried no token, as plain forms do not."""
    return form_flags_and_time(pepper, campaign, token, now)[0]


def form_flags_and_time(
    pepper: bytes, campaign: str, token: object, now: datetime
) -> tuple[tuple[str, ...], datetime | None]:
    """The same flags, and when the form was shown; None without a token of ours. A robot sends the same one again and again."""
    if token is None or token == "":
        return (), None
    # JSON can contain a lone surrogate, which cannot be encoded.
    shown_at = _moment(pepper, campaign, token) if isinstance(token, str) and token.isascii() else None
    if shown_at is None or shown_at > now + CLOCK_SKEW:
        return (str(Flag.FORGED),), None
    return (str(Flag.FAST),) if now - shown_at < MIN_FILL_TIME else (), shown_at


def _moment(pepper: bytes, campaign: str, token: str) -> datetime | None:
    tenths, _, mac = token[:MAX_TOKEN_LENGTH].partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(pepper, campaign, tenths).encode()):
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=100 * int(tenths, 16))


def _mac(pepper: bytes, campaign: str, tenths: str) -> str:
    return keyed_hash(pepper, f"form\n{campaign}\n{tenths}", length=MAC_LENGTH)
