"""Retention: `retention_days` after a campaign ended, its names and addresses are removed; its tally stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.timestamps import stamp
from chalicelib.services.containment import contained

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.exports.export_requests import ExportRequests
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.dynamodb.checkpoints import Checkpoints
    from chalicelib.storage.signatures.signatures import Signatures

SCHEDULED = "scheduled"
DONE = "done"


@dataclass(slots=True)
class Retention:
    """Removes names whose time is over, one bucket at a time."""

    campaign_reader: CampaignReader
    signatures: Signatures
    export_requests: ExportRequests
    audit: AuditLog
    checkpoints: Checkpoints
    clock: Callable[[], datetime]

    def run(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Does what is due, or as much of it as `has_time()` allows. Returns True when nothing is left."""
        done = True
        for summary in self.campaign_reader.store.list():
            with contained("retention", summary.id):
                done = self._run_campaign(summary.id, has_time) and done
        return done

    def _run_campaign(self, campaign_id: str, has_time: Callable[[], bool]) -> bool:
        campaign = self.campaign_reader.get_stored(campaign_id).campaign
        due = campaign.names_until
        if due is None or due > self.clock():
            return True
        return self._anonymise_campaign(campaign, stamp(due), has_time)

    def _anonymise_campaign(self, campaign: Campaign, due: str, has_time: Callable[[], bool]) -> bool:
        """Works through whole buckets in order. The checkpoint is kept under the due time, so a later end date starts over."""
        job = f"retention#{campaign.id}"
        last_bucket, removed = self.checkpoints.get(job, due), 0
        if last_bucket == DONE:
            return True
        if not last_bucket:
            self.audit.add("names removed", SCHEDULED, now=self.clock(), campaign=campaign.id)
        for bucket in range(campaign.buckets):
            if last_bucket and bucket <= int(last_bucket):
                continue
            if not has_time():
                return False
            removed += self.signatures.anonymiser.anonymise(campaign.id, bucket, now=self.clock())
            self.checkpoints.set(job, due, str(bucket))
        if not self._has_no_names(campaign):
            self.checkpoints.set(job, due, "")  # something changed meanwhile: once more from the start
            return False
        self.export_requests.delete_files(campaign.id)
        self.checkpoints.set(job, due, DONE)
        log.info("names removed", campaign=campaign.id, rows=removed)
        return True

    def _has_no_names(self, campaign: Campaign) -> bool:
        return not any(
            signature.email or signature.fingerprint not in ("", "anonymised")
            for bucket in range(campaign.buckets)
            for signature in self.signatures.scan(campaign.id, bucket)
            if not signature.is_withdrawn
        )
