"""Takes organisers' requests for exports: one export at a time answers a request, and a short-lived link leads to its file.

It writes no rows: see `export_writer`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import Forbidden, NotFound, Unavailable
from chalicelib.domain.exports.export_rows import (
    ANY_STATE,
    MAX_WORKBOOK_ROWS,
    ExportFormat,
    ExportState,
    columns,
    download_name,
)
from chalicelib.domain.exports.progress import fraction_done
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.services.exports.export_columns import column_titles, earlier_columns
from chalicelib.services.exports.export_status import ExportLinks, ExportStatus
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.exports.export_items import Export
from chalicelib.storage.exports.export_names import file_name, new_export_id, request_digest, snapshot_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.domain.exports.export_rows import ExportRequest
    from chalicelib.services.campaigns.campaign_reader import CampaignReader, CampaignSnapshot
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.exports.exports import Exports
    from chalicelib.storage.queues import ExportQueue

# A second press of the button comes within this time; by then the first export may be done.
SECOND_PRESS = timedelta(seconds=2)
# A write stamped just before an export began may land just after the export passed it: at worst as long as a request may
# take. The next incremental export goes back that far, and repeats a few rows rather than miss one.
CURSOR_MARGIN = timedelta(seconds=20)
TRIES = 3
UNPACKED_TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.NDJSON: "application/x-ndjson"}


@dataclass(slots=True)
class ExportRequests:
    """Takes requests for exports and reports their progress."""

    campaign_reader: CampaignReader
    exports: Exports
    export_files: Callable[[], ExportFiles]
    queue: ExportQueue
    audit: AuditLog
    clock: Callable[[], datetime]

    def request(self, campaign: str, body: object, key: ApiKey, language: str) -> Export:
        """Returns the export that answers a request, titled in `language`: the one under way, or else a new one.

        Raises CampaignNotFound, InvalidFields, Forbidden, Unavailable.
        """
        from chalicelib.domain.exports import export_documents  # loads pydantic, so only when it is needed

        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        export_request = export_documents.parse(body, snapshot.campaign, self.clock(), language)
        if key.sponsor and export_request.sponsor not in ("", key.sponsor):
            raise Forbidden
        export_request = replace(export_request, sponsor=key.sponsor or export_request.sponsor)
        return self.find_or_create(snapshot, export_request, key, self._new_export)

    def find_or_create(
        self,
        snapshot: CampaignSnapshot,
        export_request: ExportRequest,
        key: ApiKey,
        new: Callable[[CampaignSnapshot, ExportRequest], Export],
    ) -> Export:
        """Returns the export under way that answers a request, or else one that `new` describes; it is queued. Raises Unavailable."""
        export = self._find_or_add(snapshot, export_request, key, new)
        # Also for one under way, in case its job was lost; a second worker finds it leased.
        self.queue.add(export.campaign, export.id)
        return export

    def _find_or_add(
        self,
        snapshot: CampaignSnapshot,
        export_request: ExportRequest,
        key: ApiKey,
        new: Callable[[CampaignSnapshot, ExportRequest], Export],
    ) -> Export:
        digest = request_digest(export_request)
        for _ in range(TRIES):
            earlier = self.exports.find_by_request(snapshot.campaign.id, digest)
            if earlier is not None and self._is_reusable(earlier, snapshot.tally):
                return earlier
            export = new(snapshot, export_request)
            try:
                self.exports.add(export, digest=digest, replaces=earlier.id if earlier else "", key=key.id)
            except ConditionFailed:  # requested twice in this very moment
                continue
            return export
        raise Unavailable

    def _is_reusable(self, earlier: Export, tally: Tally) -> bool:
        now = self.clock()
        is_second_press = now - earlier.created_at < SECOND_PRESS
        if earlier.state_at(now) in {ExportState.QUEUED, ExportState.RUNNING}:
            # A packet says how things were when it was requested, so a later request is another one.
            return is_second_press or not earlier.request.packet
        return is_second_press and earlier.state is ExportState.DONE and earlier.total == _total(earlier.request, tally)

    def _new_export(self, snapshot: CampaignSnapshot, export_request: ExportRequest) -> Export:
        now, campaign = self.clock(), snapshot.campaign
        id_, total = new_export_id(now), _total(export_request, snapshot.tally)
        names = tuple(columns(campaign, export_request, earlier_columns(self.exports.list(campaign.id))))
        is_too_large = export_request.format is ExportFormat.XLSX and (total or 0) > MAX_WORKBOOK_ROWS
        return Export(
            id=id_,
            campaign=campaign.id,
            name=file_name(campaign.id, id_, ExportFormat.CSV if is_too_large else export_request.format),
            request=export_request,
            columns=names,
            titles=column_titles(campaign, names, export_request),
            buckets=campaign.buckets,
            total=total,
            created_at=now,
            touched_at=now,
        )

    def list_for(self, campaign: str, key: ApiKey) -> list[Export]:
        """Lists a campaign's exports that `key` may see, newest first. Raises CampaignNotFound."""
        self.campaign_reader.get(campaign)
        return [export for export in self.exports.list(campaign) if _is_for(key, export)]

    def get(self, campaign: str, export_id: str, key: ApiKey) -> Export:
        """Returns one export. Raises NotFound, also when it is not for `key`."""
        export = self.exports.find(campaign, export_id)
        if export is None or not _is_for(key, export):
            raise NotFound
        return export

    def delete(self, campaign: str, export_id: str, key: ApiKey) -> None:
        """Deletes the file, or stops it being written. Raises NotFound."""
        self.remove(self.get(campaign, export_id, key), key, "export removed")

    def remove(self, export: Export, key: ApiKey, act: str) -> None:
        """Deletes a file of somebody who decided so, which the audit log calls `act`."""
        self.audit.add(act, key.id, now=self.clock(), campaign=export.campaign, export=export.id)
        self._delete(export)

    def delete_files(self, campaign: str) -> list[Export]:
        """Deletes every file of a campaign, and returns them: copies must be deleted too."""
        return self._delete_where(campaign, lambda _: True)

    def delete_files_of_expired_signers(self, campaign: str) -> list[Export]:
        """Deletes every file that may contain an unconfirmed signature that has expired since, and returns them.

        Nothing is left of such a signature that could say which file it was in.
        """
        return self._delete_where(campaign, _has_unconfirmed)

    def _delete_where(self, campaign: str, may_contain: Callable[[Export], bool]) -> list[Export]:
        deleted = [
            export
            for export in self.exports.list(campaign)
            if export.state in {ExportState.QUEUED, ExportState.RUNNING, ExportState.DONE} and may_contain(export)
        ]
        for export in deleted:
            self._delete(export)
        return deleted

    def _delete(self, export: Export) -> None:
        """Marks it first: a worker that sees the mark stops, and if it has just finished, its file is deleted with the rest."""
        self.exports.delete(export, now=self.clock())
        self.export_files().delete(export.name)
        if export.request.packet:
            self.export_files().delete(snapshot_name(export.name))

    def status(self, export: Export) -> ExportStatus:
        """Returns how far an export has come; for a finished one also links that work for 15 minutes."""
        state, position = export.state_at(self.clock()), export.position
        if state is not ExportState.DONE:
            progress = fraction_done(export.buckets, position.bucket, position.after)
            # The file may be gone from here; whoever has it goes on from it.
            was_done = state is ExportState.DELETED and export.finished_at is not None
            cursor = export.created_at - CURSOR_MARGIN if was_done else None
            return ExportStatus(export=export, state=state, progress=progress, cursor=cursor)
        return ExportStatus(
            export=export,
            state=state,
            progress=1.0,
            file_until=export.file_until,
            cursor=export.created_at - CURSOR_MARGIN,
            links=self._links(export),
        )

    def _links(self, export: Export) -> ExportLinks:
        files, format_ = self.export_files(), export.format
        zone = ZoneInfo(self.campaign_reader.get(export.campaign).time_zone)
        filename = f"{download_name(export.campaign, export.request, export.created_at.astimezone(zone))}.{format_}"
        if format_ is ExportFormat.XLSX:  # packed by itself
            link = files.presigned_url(export.name, filename=filename)
            return ExportLinks(url=link, browser_url=link)
        browser_url = files.presigned_url(export.name, filename=filename, unpacked_type=UNPACKED_TYPES[format_])
        return ExportLinks(url=files.presigned_url(export.name, filename=f"{filename}.gz"), browser_url=browser_url)


def _has_unconfirmed(export: Export) -> bool:
    """True when signers who have not confirmed may be in the file."""
    return export.request.state in {ANY_STATE, SignatureState.PENDING} and not export.request.sponsor


def _is_for(key: ApiKey, export: Export) -> bool:
    return key.sponsor in ("", export.request.sponsor) and not export.request.packet


def _total(export_request: ExportRequest, tally: Tally) -> int | None:
    """Returns how many rows a request will have; None when the counters cannot tell."""
    if export_request.since or export_request.delivery or export_request.state in {"withdrawn", "any"}:
        return None
    if export_request.sponsor:
        return tally.count(f"sponsor:{export_request.sponsor}") if export_request.state in {"", "confirmed"} else 0
    return tally.count(f"state:{export_request.state}") if export_request.state else tally.total
