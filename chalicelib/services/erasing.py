"""Erases one address everywhere, and says what is held about one; it never writes the address down, nor logs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.addresses import address_hash, canonical, exact, signature_id
from chalicelib.services.confirming import take_back
from chalicelib.services.listing import address_in, as_told
from chalicelib.storage.signature_items import stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.keys import ApiKey
    from chalicelib.domain.signatures import Signature
    from chalicelib.services.campaigning import Campaigning
    from chalicelib.services.exporting import Exporting
    from chalicelib.storage.addresses import Addresses
    from chalicelib.storage.audit import Audit
    from chalicelib.storage.signatures import Signatures


@dataclass(slots=True)
class Erasing:
    """Answers people who ask for their data, or for its end."""

    campaigning: Campaigning
    signatures: Signatures
    addresses: Addresses
    exporting: Exporting
    audit: Audit
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def erase(self, email: object, key: ApiKey) -> dict[str, Any]:
        """Takes back every signature of an address, removes exports that may hold one, and never mails it again.

        The report holds none of it. Again is welcome: what failed half way is finished. Raises InvalidFields, Unavailable.
        """
        address = canonical(address_in(email))
        self.audit.add("erasure begun", key.id, now=self.clock())
        self.addresses.suppress(address_hash(self.pepper(), address), "erasure", now=self.clock())
        found = self._signatures_of(address)
        exports = []
        for one in found:
            take_back(self.signatures, self.campaigning.get(one.campaign), one.id, self.clock)
            exports += self.exporting.forget(one.campaign, one.signed_at)
        now = self.clock()
        self.audit.add("erasure done", key.id, now=now, campaigns=len(found), exports=len(exports))
        return {
            "erased_at": stamp(now),
            "signatures": [{"campaign": one.campaign, "was": str(one.state)} for one in found],
            "exports": exports,
            "suppressed": True,
        }

    def access(self, email: object, key: ApiKey) -> dict[str, Any]:
        """Everything that is held about an address, as JSON types. Raises InvalidFields, Unavailable."""
        address = canonical(address_in(email))
        self.audit.add("access answered", key.id, now=self.clock())
        found = self._signatures_of(address)
        spellings = {address, *(exact(one.email) for one in found if one.email)}
        hashes = [address_hash(self.pepper(), spelling) for spelling in sorted(spellings)]
        return {
            "as_of": stamp(self.clock()),
            "signatures": [{"campaign": one.campaign, **as_told(one)} for one in found],
            "mail": [about for hashed in hashes if (about := self.addresses.held(hashed))],
        }

    def _signatures_of(self, address: str) -> list[Signature]:
        """Signatures of an address in every campaign, withdrawn ones included: by key, without a search."""
        ids = {
            summary.id: (summary.buckets, signature_id(self.pepper(), summary.id, address))
            for summary in self.campaigning.store.list()
        }
        return sorted(self.signatures.find_of_address(ids), key=lambda one: one.campaign)
