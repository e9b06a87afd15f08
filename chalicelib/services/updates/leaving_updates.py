"""Ends the news of one campaign for one signer, by the link in an update; the signature stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.errors import CampaignNotFound, LinkInvalid, Unavailable
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.services.mail.update_reports import UpdateReports
    from chalicelib.services.signers.signer_links import SignerLinks
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 3
FACTS = 3  # campaign, signature, update
UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class LeavingUpdates:
    """Acts on links that end the news of a campaign. They work for whoever signs again, too, and never on another campaign."""

    signer_links: SignerLinks
    signatures: Signatures
    update_reports: UpdateReports
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def open(self, token: str) -> Campaign:
        """Returns the campaign whose news a link would end. Raises LinkInvalid, LinkExpired, LinkOfTest."""
        return self._parse(token)[0]

    def leave(self, token: str) -> Campaign:
        """Takes the signer's yes back, and counts that for the update; repeating it changes nothing. Raises as `open`, Unavailable."""
        campaign, key, update = self._parse(token)
        if self._take_back(key):
            self.update_reports.count(update, key, UNSUBSCRIBED)
        return campaign

    def _parse(self, token: str) -> tuple[Campaign, SignatureKey, str]:
        self.signer_links.refuse_test(token)
        parts = self.signer_links.links().open(Purpose.LEAVE_UPDATES, token, now=self.clock())
        if len(parts) != FACTS:
            raise LinkInvalid
        try:
            campaign = self.signer_links.campaign_reader.get(parts[0])
        except CampaignNotFound:
            raise LinkInvalid from None
        return campaign, campaign.signature_key(parts[1]), parts[2]

    def _take_back(self, key: SignatureKey) -> bool:
        """Returns True unless the signature is gone; also where the yes was taken back before, perhaps by a call that was cut off."""
        for _ in range(TRIES):
            signature = self.signatures.find(key)
            if signature is None or signature.is_withdrawn or signature.anonymised_at:
                return False
            if not signature.wants_updates:
                return True
            without = replace(signature, updates_at=None).fingerprinted(self.pepper())
            try:
                self.signatures.correct(without, was=signature, now=self.clock())
            except ConditionFailed:  # it changed in this very moment
                continue
            return True
        raise Unavailable
