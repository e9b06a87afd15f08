"""The links in emails: their pages confirm, withdraw or unsubscribe at a click; opening one never changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Links, Purpose
from chalicelib.domain.addresses.email_addresses import address_hash, canonical
from chalicelib.domain.errors import (
    AlreadyWithdrawn,
    CampaignNotFound,
    CampaignNotOpen,
    LinkExpired,
    LinkInvalid,
    NamesRemoved,
)
from chalicelib.services.signatures.withdrawal import withdraw_signature
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.mail.suppressions import SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.mail.suppressions import Suppressions
    from chalicelib.storage.signatures.signatures import Signatures


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link leads to; `is_unchanged` unless the signer typed something else since the link was sent."""

    campaign: Campaign
    signature: Signature
    is_unchanged: bool = True


@dataclass(slots=True)
class SignerLinks:
    """Follows the links that signers receive."""

    campaign_reader: CampaignReader
    signatures: Signatures
    suppressions: Suppressions
    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def open(self, purpose: Purpose, token: str) -> OpenedLink:
        """Returns what a link shows. Raises LinkInvalid, LinkExpired, AlreadyWithdrawn, NamesRemoved."""
        campaign, signature_id, *fingerprint = self._parse(purpose, token)
        signature = self._check_usable(campaign, self.signatures.find(campaign.signature_key(signature_id)))
        if signature.anonymised_at and purpose is not Purpose.WITHDRAW:
            raise NamesRemoved(campaign=campaign.id)
        return OpenedLink(campaign, signature, is_unchanged=fingerprint in ([], [signature.fingerprint]))

    def confirm(self, token: str) -> OpenedLink:
        """Confirms the signature. Repeating it changes nothing. Raises as `open`, and CampaignNotOpen from a day after the close.

        If the signer typed something else since the link was sent, nothing is confirmed and `is_unchanged` is False.
        """
        campaign, signature_id, *fingerprint = self._parse(Purpose.CONFIRM, token)
        now = self.clock()
        if not campaign.accepts_confirmations(now):
            raise CampaignNotOpen(campaign=campaign.id)
        key, day = campaign.signature_key(signature_id), campaign.day_of(now)
        try:
            signature = self.signatures.confirm(key, fingerprint="".join(fingerprint), day=day, now=now)
        except ConditionFailed:
            return self.open(Purpose.CONFIRM, token)
        return OpenedLink(campaign, signature)

    def withdraw(self, token: str, *, purpose: Purpose = Purpose.WITHDRAW) -> Campaign:
        """Withdraws the signature and removes the personal data. Repeating it changes nothing. Raises LinkInvalid, LinkExpired."""
        campaign, signature_id, *_ = self._parse(purpose, token)
        withdraw_signature(self.signatures, campaign.signature_key(signature_id), self.clock)
        return campaign

    def _parse(self, purpose: Purpose, token: str) -> tuple[Campaign, str, *tuple[str, ...]]:
        """Returns the campaign, the signature's id and, for a confirmation link, the fingerprint of what it confirms."""
        campaign, *rest = self.links().open(purpose, token, now=self.clock())
        if len(rest) != (2 if purpose is Purpose.CONFIRM else 1):
            raise LinkInvalid
        return (self.campaign_reader.get(campaign), rest[0], *rest[1:])

    def _check_usable(self, campaign: Campaign, signature: Signature | None) -> Signature:
        if signature is None or (signature.is_pending and signature.is_expired(self.clock())):
            raise LinkExpired(campaign=campaign.id)
        if signature.is_withdrawn:
            raise AlreadyWithdrawn(campaign=campaign.id)
        return signature

    def open_unsubscribe(self, token: str) -> tuple[str, Campaign | None]:
        """Returns the hash of the address that a link would suppress, and the campaign it came from if that still exists.

        Raises LinkInvalid, LinkExpired.
        """
        facts = self.links().open(Purpose.UNSUBSCRIBE, token, now=self.clock())
        if len(facts) != 2:  # noqa: PLR2004 - address and campaign
            raise LinkInvalid
        try:
            return facts[0], self.campaign_reader.get(facts[1])
        except CampaignNotFound:
            return facts[0], None

    def unsubscribe(self, token: str) -> Campaign | None:
        """Suppresses the address; its signatures stay. Returns the campaign whose email the link came from, if it still exists."""
        hashed, campaign = self.open_unsubscribe(token)
        self.suppressions.suppress(hashed, SuppressionReason.UNSUBSCRIBE, now=self.clock())
        return campaign

    def lift_suppression(self, email: str) -> bool:
        """Lifts the suppression of an address at its owner's request. Returns False when it was not suppressed."""
        return self.suppressions.lift(address_hash(self.pepper(), canonical(email)), now=self.clock())


@dataclass(slots=True)
class LinkMaker:
    """Makes the links in emails and pages."""

    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def url_for(self, purpose: Purpose, signature: Signature, *, base_url: str, language: str) -> str:
        """Returns the URL of the page for `purpose`. The token is in the path because some webmail services drop query strings."""
        facts: tuple[str, ...] = (signature.campaign, signature.id)
        if purpose is Purpose.CONFIRM:
            facts += (signature.fingerprint,)
        elif purpose is Purpose.UNSUBSCRIBE:
            facts = (address_hash(self.pepper(), canonical(signature.email)), signature.campaign)
        token = self.links().token(purpose, *facts, now=self.clock())
        return f"{base_url}/{purpose}/{token}?lang={language}"
