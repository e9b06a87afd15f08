"""Signed links that expire. Each is for one purpose and opens nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from chalicelib.domain.errors import LinkExpired, LinkInvalid
from chalicelib.domain.signatures.signed_as_test import LINK_LASTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itsdangerous import Signer

DAY_SECONDS = 86_400
# Begins, instead of a token, what a link in a test email leads to; the campaign's id follows. No token looks like that.
TEST_PREFIX = "test."


class Purpose(StrEnum):
    """What a link may do; the signature covers it."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    MANAGE = "manage"
    UNSUBSCRIBE = "unsubscribe"
    NOTICES = "notices"  # ends what a member is told by email
    TEST = "test"  # lets somebody sign as a test
    LEAVE_UPDATES = "leave-updates"  # news of one campaign
    PREVIEW = "preview"  # shows a draft to whoever has it, and does nothing
    CURSOR = "cursor"  # not a link: where an organiser's list continues


# A confirm link lives as long as a pending signature; the others as long as people keep emails.
LIFETIME_DAYS = {
    Purpose.CONFIRM: 30,
    Purpose.WITHDRAW: 3650,
    Purpose.MANAGE: 3650,
    Purpose.UNSUBSCRIBE: 3650,
    Purpose.NOTICES: 3650,
    Purpose.TEST: LINK_LASTS / timedelta(days=1),
    Purpose.LEAVE_UPDATES: 3650,
    Purpose.PREVIEW: 7,
    Purpose.CURSOR: 7,
}


# Their first fact is the campaign.
ABOUT_A_SIGNATURE = frozenset({Purpose.CONFIRM, Purpose.WITHDRAW, Purpose.MANAGE})


@dataclass(frozen=True, slots=True)
class LinkKey:
    """A secret that verifies links as soon as it is known, and signs new ones from `since` on."""

    key: bytes
    since: datetime

    def __repr__(self) -> str:
        return f"LinkKey({self.id})"

    @property
    def id(self) -> str:
        """Eight hex digits that identify the key without revealing it."""
        return sha256(b"link key " + self.key).hexdigest()[:8]


def signing_key(keys: Sequence[LinkKey], now: datetime) -> LinkKey:
    """The newest key whose `since` has come."""
    return max((key for key in keys if key.since <= now), key=lambda key: key.since, default=keys[-1])


def signing_key_first(keys: Sequence[LinkKey], now: datetime) -> tuple[bytes, ...]:
    """The signing key, then all others: one that is not due yet already verifies what a faster clock signed."""
    signing = signing_key(keys, now)
    return (signing.key, *(key.key for key in keys if key is not signing))


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and opens tokens. The first of the secret `keys` signs; all of them verify."""

    keys: Sequence[bytes]

    def token(self, purpose: Purpose, *facts: str, now: datetime) -> str:
        """A token of `[A-Za-z0-9_.-]` that carries the time and `facts`: ids without dots, never personal data."""
        value = ".".join((*facts, format(int(now.timestamp()), "x")))
        return self._signer(purpose).sign(value).decode()

    def open(self, purpose: Purpose, token: str, *, now: datetime) -> tuple[str, ...]:
        """The facts in `token`, checked in constant time. Raises LinkInvalid, or LinkExpired past the purpose's lifetime."""
        return self.open_with_time(purpose, token, now=now)[0]

    def open_with_time(self, purpose: Purpose, token: str, *, now: datetime) -> tuple[tuple[str, ...], datetime]:
        """The same, and when the token was made, to the second."""
        from itsdangerous import BadSignature

        try:
            *facts, stamp = self._signer(purpose).unsign(token).decode().split(".")
        except (BadSignature, UnicodeError) as error:
            raise LinkInvalid from error
        if now.timestamp() > int(stamp, 16) + LIFETIME_DAYS[purpose] * DAY_SECONDS:
            raise LinkExpired(**({"campaign": facts[0]} if purpose in ABOUT_A_SIGNATURE and facts else {}))
        return tuple(facts), datetime.fromtimestamp(int(stamp, 16), UTC)

    def _signer(self, purpose: Purpose) -> Signer:
        from itsdangerous import Signer

        oldest_first = list(reversed(self.keys))  # itsdangerous signs with the last one
        return Signer(oldest_first, salt=f"undersigned.{purpose}", digest_method=sha256)
