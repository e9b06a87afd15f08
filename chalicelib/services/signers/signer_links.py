"""Links in mails: a click confirms, withdraws or unsubscribes; showing a page never changes anything."""

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
    """What a link leads to."""

    campaign: Campaign
    signature: Signature
    is_unchanged: bool = True


@dataclass(slots=True)
class SignerLinks:
    """Follows the links that signers get."""

    campaign_reader: CampaignReader
    signatures: Signatures
    suppressions: Suppressions
    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def open(self, purpose: Purpose, token: str) -> OpenedLink:
        """What a link shows. Raises LinkInvalid, LinkExpired, AlreadyWithdrawn."""
        campaign, signature_id, *fingerprint = self._parse(purpose, token)
        signature = self._check_usable(campaign, self.signatures.find(campaign.signature_key(signature_id)))
        if signature.anonymised_at and purpose is not Purpose.WITHDRAW:
            raise NamesRemoved(campaign=campaign.id)
        return OpenedLink(campaign, signature, is_unchanged=fingerprint in ([], [signature.fingerprint]))

    def confirm(self, token: str) -> OpenedLink:
        """Makes the signature count; once more is welcome. Raises also CampaignNotOpen a day after the close.

        When something else was typed since the link was mailed, nothing is confirmed: `is_unchanged` is False.
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
        """Takes the signature back and forgets the person; once more is welcome. Raises LinkInvalid, LinkExpired."""
        campaign, signature_id, *_ = self._parse(purpose, token)
        withdraw_signature(self.signatures, campaign.signature_key(signature_id), self.clock)
        return campaign

    def _parse(self, purpose: Purpose, token: str) -> tuple[Campaign, str, *tuple[str, ...]]:
        """The campaign, the signature's id, and in a confirm link the fingerprint of what it confirms."""
        campaign, *rest = self.links().open(purpose, token, now=self.clock())
        if len(rest) != (2 if purpose is Purpose.CONFIRM else 1):
            raise LinkInvalid
        return (self.campaign_reader.get(campaign), rest[0], *rest[1:])

    def _check_usable(self, campaign: Campaign, signature: Signature | None) -> Signature:
        if signature is None or (signature.is_pending and signature.is_gone(self.clock())):
            raise LinkExpired(campaign=campaign.id)
        if signature.is_withdrawn:
            raise AlreadyWithdrawn(campaign=campaign.id)
        return signature

    def open_unsubscribe(self, token: str) -> tuple[str, Campaign | None]:
        """The hash of the address that a link would silence, and the campaign it came from, if that is still there.

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
        """No mail goes to this address any more; signatures stay. Returns the campaign whose mail the link came in."""
        hashed, campaign = self.open_unsubscribe(token)
        self.suppressions.suppress(hashed, SuppressionReason.UNSUBSCRIBE, now=self.clock())
        return campaign

    def lift_suppression(self, email: str) -> bool:
        """Mail may go to this address again, because its owner asked; False when it was not suppressed."""
        return self.suppressions.lift(address_hash(self.pepper(), canonical(email)), now=self.clock())


@dataclass(slots=True)
class LinkMaker:
    """Makes the links that a mail or a page carries."""

    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def url_for(self, purpose: Purpose, signature: Signature, *, base_url: str, language: str) -> str:
        """The address of a page for `purpose`; the token is in the path, as some web mails cut queries."""
        facts: tuple[str, ...] = (signature.campaign, signature.id)
        if purpose is Purpose.CONFIRM:
            facts += (signature.fingerprint,)
        elif purpose is Purpose.UNSUBSCRIBE:
            facts = (address_hash(self.pepper(), canonical(signature.email)), signature.campaign)
        token = self.links().token(purpose, *facts, now=self.clock())
        return f"{base_url}/{purpose}/{token}?lang={language}"
