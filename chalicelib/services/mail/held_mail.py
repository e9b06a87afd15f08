"""What an organiser can do with held signatures: see why they are held, release their emails or drop them, in bounded batches.

A batch that is repeated, or resumed after a crash, does nothing twice: what it dealt with is no longer held.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.signatures.filter_values import ANY_REASON
from chalicelib.domain.signatures.flags import Flag, HoldReason
from chalicelib.domain.signatures.signature_filters import SignatureFilters
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.campaigns.label_admission import LabelAdmission
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.counting.anomalies import Anomalies, SeenAnomaly
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures

BATCH_SIZE = 100
MAX_EXAMINED = 500
MAX_GROUPS = 50


@dataclass(frozen=True, slots=True)
class HeldBatch:
    """How many signatures one call dealt with, and the cursor of the next call; None when none are left."""

    handled: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """How many held signatures share an origin; `network` and `domain` are empty where they are not the reason."""

    reason: str
    network: str
    domain: str
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOverview:
    """How many emails are held by reason, and the newest `examined` of them in groups, largest first."""

    held: Mapping[str, int]
    groups: tuple[HeldGroup, ...]
    anomalies: tuple[SeenAnomaly, ...]
    examined: int
    is_whole: bool


@dataclass(slots=True)
class HeldMail:
    """Acts on held signatures."""

    campaign_reader: CampaignReader
    signature_search: SignatureSearch
    signatures: Signatures
    mail_marks: MailMarks
    anomalies: Anomalies
    label_admission: Callable[[], LabelAdmission]
    audit: AuditLog
    clock: Callable[[], datetime]

    def overview(self, campaign_id: str) -> HeldOverview:
        """Returns what is held, grouped over the newest 500, and the anomalies of the last day. Raises CampaignNotFound."""
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign_id)
        page = self.signature_search.page(
            campaign_id, SignatureFilters(held=ANY_REASON), limit=MAX_EXAMINED, cursor=None
        )
        origins = Counter(map(_origin, page.signatures))
        return HeldOverview(
            held=snapshot.tally.group("held"),
            groups=tuple(HeldGroup(*origin, n) for origin, n in origins.most_common(MAX_GROUPS)),
            anomalies=tuple(self.anomalies.list(campaign_id, now=self.clock())),
            examined=len(page.signatures),
            is_whole=page.cursor is None and len(origins) <= MAX_GROUPS,
        )

    def release(self, campaign_id: str, filters: SignatureFilters, cursor: str | None, key: ApiKey) -> HeldBatch:
        """Releases up to 100 emails, whatever the limits say. Raises CampaignNotFound, InvalidFields."""
        return self._apply_to_batch("held signatures released", campaign_id, filters, cursor, key, self._release)

    def drop(self, campaign_id: str, filters: SignatureFilters, cursor: str | None, key: ApiKey) -> HeldBatch:
        """Withdraws up to 100 signatures: nothing about the person is left. Raises CampaignNotFound, InvalidFields."""
        return self._apply_to_batch("held signatures dropped", campaign_id, filters, cursor, key, self._drop)

    def _apply_to_batch(
        self,
        audit_entry: str,
        campaign_id: str,
        filters: SignatureFilters,
        cursor: str | None,
        key: ApiKey,
        apply: Callable[[Signature], bool],
    ) -> HeldBatch:
        page = self.signature_search.page(campaign_id, filters, limit=BATCH_SIZE, cursor=cursor)
        if page.signatures:
            # Written first: better one entry too many than one missing.
            facts = {"campaign": campaign_id, "signatures": len(page.signatures), "reason": filters.held}
            self.audit.add(audit_entry, key.id, now=self.clock(), **facts)
        return HeldBatch(sum(map(apply, page.signatures)), page.cursor)

    def _release(self, held: Signature) -> bool:
        now, snapshot = self.clock(), self.campaign_reader.get_snapshot(held.campaign)
        if held.is_honeypot_held and not snapshot.campaign.is_double:  # nothing else would confirm it
            labels = self.label_admission().admit_labels(held, snapshot.tally)
            return self.signatures.honeypot.confirm(held, labels, day=snapshot.campaign.day_of(now), now=now)
        return self.mail_marks.release(held, now=now)

    def _drop(self, held: Signature) -> bool:
        try:
            self.signatures.withdraw(held, Withdrawer.ORGANIZER, now=self.clock(), while_held=True)
        except ConditionFailed:  # signed again, released or confirmed in this very moment: not what the organiser saw
            return False
        return True


def _origin(signature: Signature) -> tuple[str, str, str]:
    reason = signature.marks.held
    network = signature.network if reason == HoldReason.NETWORK else ""
    return reason, network, domain_of(signature.email) if reason in {HoldReason.DOMAIN, Flag.DISPOSABLE} else ""
