"""A signature given on paper, entered by an organiser one at a time: counted separately, and once however often it is entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.errors import CampaignNotOpen, InvalidFields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.paper.paper_entries import PaperEntries, PaperEntry
    from chalicelib.services.paper.paper_forms import PaperForms
    from chalicelib.storage.access.audit_log import AuditLog

MAX_REASON = 200


@dataclass(slots=True)
class PaperSignatures:
    """Enters them."""

    campaign_reader: CampaignReader
    forms: PaperForms
    entries: PaperEntries
    audit: AuditLog
    clock: Callable[[], datetime]

    def add(self, campaign_id: str, body: Mapping[str, Any], key: ApiKey) -> PaperEntry:
        """Adds one. An email address identifies it; without one, `reference` (sheet and line) does.

        Who had signed and withdrew, or was erased, stays out, unless `again_because` gives a reason, which the audit log keeps.

        Raises CampaignNotFound, CampaignNotOpen for a draft, InvalidFields, AlreadySigned when the address has confirmed,
        SignerLeft, Unavailable.
        """
        campaign = campaign_for_paper(self.campaign_reader, campaign_id, self.clock())
        reason = _reason(body)
        signature = self.forms.to_signature(campaign, body)
        # Written first: better one entry too many than one missing.
        facts = {"campaign": campaign.id} | ({"reason": reason} if reason else {})
        self.audit.add("paper signature entered", key.id, now=self.clock(), **facts)
        return self.entries.enter(signature, may_return=bool(reason))


def campaign_for_paper(campaign_reader: CampaignReader, campaign_id: str, now: datetime) -> Campaign:
    """The campaign as it is stored. Raises CampaignNotFound, CampaignNotOpen for a draft and once names are to be removed."""
    campaign = campaign_reader.get_stored(campaign_id).campaign
    names_until = campaign.names_until
    if campaign.state is CampaignState.DRAFT or (names_until and now >= names_until):
        raise CampaignNotOpen(campaign=campaign.id)
    return campaign


def _reason(body: Mapping[str, Any]) -> str:
    """Why somebody who left is entered again. It names nobody: the audit log keeps it."""
    reason = body.get("again_because") or ""
    if not isinstance(reason, str) or len(reason) > MAX_REASON:
        raise InvalidFields.one("again_because", "too_long", limit=MAX_REASON)
    return reason.strip()
