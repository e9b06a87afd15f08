"""Whether an address may be emailed now: never while it is suppressed, at most five times a day over all campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import address_hash, canonical, canonical_addresses, normalised
from chalicelib.storage.mail.suppressions import Allowance, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.mail.suppressions import Suppressions


UNDELIVERABLE = {SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT}


@dataclass(frozen=True, slots=True)
class AddressAllowance:
    """Counts the emails to each address, under its hash. All spellings of an address share one cap."""

    suppressions: Suppressions
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def is_undeliverable(self, email: str) -> bool:
        """True after a bounce or a complaint, but not for somebody who only wanted no more emails as a signer."""
        found = [self.suppressions.find(self._hash(one)) for one in _spellings(email)]
        return any(status is not None and status.suppressed_for in UNDELIVERABLE for status in found)

    def is_suppressed(self, email: str) -> bool:
        """True when an address must not be emailed, in this spelling or in its main one. It counts nothing."""
        return any(self.suppressions.is_suppressed(self._hash(one)) for one in _spellings(email))

    def name_of(self, email: str) -> str:
        """What emails to an address are counted under, without revealing it."""
        return self._hash(canonical(email))

    def take(self, email: str) -> Allowance:
        """Counts one more email to that address, if it may have one. A bounce suppresses only the spelling that bounced."""
        main = canonical(email)
        others = (one for one in _spellings(email) if one != main)
        if any(self.suppressions.is_suppressed(self._hash(one)) for one in others):
            return Allowance.SUPPRESSED
        return self.suppressions.reserve_email(self._hash(main), now=self.clock())

    def give_back(self, email: str) -> None:
        """Takes back one from today's count, because SES did not accept the email."""
        self.suppressions.return_email(self._hash(canonical(email)), now=self.clock())

    def lift(self, email: str) -> bool:
        """Allows an address to be emailed again, as its owner asked, in this spelling and in the main one.

        Returns False when neither was suppressed.
        """
        lifted = [self.suppressions.lift(self._hash(one), now=self.clock()) for one in _spellings(email)]
        return any(lifted)

    def _hash(self, address: str) -> str:
        return address_hash(self.pepper(), address)


def _spellings(email: str) -> list[str]:
    """What an address may be stored under: as typed, for bounces, and its canonical ones, for everything else."""
    return sorted({normalised(email), *canonical_addresses(email)})
