"""Makes the links in emails and pages, each signed for its purpose; following them is up to `signer_links`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import TEST_PREFIX, Purpose
from chalicelib.domain.addresses.email_addresses import address_hash, canonical
from chalicelib.domain.signatures.signed_as_test import campaign_of, is_for_tests

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.signed_links import Links
    from chalicelib.domain.signatures.signature import Signature


@dataclass(slots=True)
class LinkMaker:
    """Makes the links in emails and pages."""

    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def url_for(self, purpose: Purpose, signature: Signature, *, base_url: str, language: str) -> str:
        """Returns the URL of the page for `purpose`. The token is in the path because some webmail services drop query strings."""
        parts: tuple[str, ...] = (signature.campaign, signature.id)
        if purpose is Purpose.CONFIRM:
            parts += (signature.fingerprint,)
        if purpose is not Purpose.WITHDRAW and signature.round:  # any link of the address may withdraw
            parts += (str(signature.round),)
        if purpose is Purpose.UNSUBSCRIBE and is_for_tests(
            signature.campaign
        ):  # a real one would stop the organiser's own emails
            return f"{base_url}/{purpose}/{TEST_PREFIX}{campaign_of(signature.campaign)}?lang={language}"
        if purpose is Purpose.UNSUBSCRIBE:
            parts = (address_hash(self.pepper(), canonical(signature.email)), signature.campaign)
        token = self.links().token(purpose, *parts, now=self.clock())
        return f"{base_url}/{purpose}/{token}?lang={language}"
