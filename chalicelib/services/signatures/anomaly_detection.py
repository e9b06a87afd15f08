"""Detects, once an hour, that one network, email domain or source accounts for an unlikely share of a campaign's signatures.

It examines the newest few hundred of the hour, however many there are, and tells organisers; it holds and refuses nothing.
From the counters that it reads anyway, it says how full the buckets are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.abuse.anomalies import MIN_SIGNATURES, find_anomalies
from chalicelib.domain.counting.bucket_capacity import bucket_fill_percent
from chalicelib.services.containment import contained
from chalicelib.storage.signatures.timeline import LATEST, Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.counting.anomalies import Anomalies
    from chalicelib.storage.signatures.timeline import Timeline

WINDOW = timedelta(hours=1)
MAX_EXAMINED = 500
READ_SIZE = 100


@dataclass(slots=True)
class AnomalyDetection:
    """Examines the signatures of the last hour."""

    campaign_reader: CampaignReader
    timeline: Timeline
    anomalies: Anomalies
    clock: Callable[[], datetime]

    def run(self, has_time: Callable[[], bool] = lambda: True) -> None:
        """Checks every open campaign: one call per bucket, and at most five more where many people signed."""
        for summary in self.campaign_reader.store.list():
            if not has_time():
                return
            with contained("anomalies", summary.id):
                if summary.is_open(self.clock()):
                    self._check_campaign(summary.id)

    def _check_campaign(self, campaign_id: str) -> None:
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign_id)
        if percent := bucket_fill_percent(snapshot.tally, snapshot.campaign.buckets):
            log.metric("bucket_fill", percent, campaign=campaign_id)
        anomalies = list(find_anomalies(self._recent_signatures(snapshot.campaign), snapshot.tally))
        if not anomalies:
            return
        self.anomalies.replace(campaign_id, anomalies, now=self.clock())
        for anomaly in anomalies:
            log.metric("unlikely_share", round(anomaly.share * 100), campaign=campaign_id, kind=anomaly.kind)

    def _recent_signatures(self, campaign: Campaign) -> list[Signature]:
        span = Span(low=self.clock() - WINDOW, high=LATEST)
        positions = list(islice(self.timeline.positions(campaign, limit=MAX_EXAMINED, span=span), MAX_EXAMINED))
        if len(positions) < MIN_SIGNATURES:
            return []
        batches = (positions[start : start + READ_SIZE] for start in range(0, len(positions), READ_SIZE))
        signatures = (signature for batch in batches for signature in self.timeline.read(campaign, batch))
        return [signature for signature in signatures if signature and not signature.is_withdrawn]
