"""Writes exports: each row once, in bounded memory, resuming from the last part after a crash; it does not check who may have them."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.exports.export_rows import ExportFormat, ExportState, row_filter
from chalicelib.domain.exports.gzip_parts import GzipPart, GzipState
from chalicelib.domain.exports.row_attributes import STORED_ATTRIBUTES
from chalicelib.domain.exports.row_writer import RowWriter
from chalicelib.services.exports.export_columns import region_names_for
from chalicelib.services.exports.working_time import OutOfTime
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.exports.export_files import UploadBroken
from chalicelib.storage.exports.export_items import Position
from chalicelib.storage.exports.export_names import snapshot_name
from chalicelib.storage.exports.exports import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from chalicelib.storage.campaigns.statement_versions import StatementVersions
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.exports.export_items import Export
    from chalicelib.storage.exports.exports import Exports
    from chalicelib.storage.queues import ExportQueue

# S3 takes parts of 5 MiB and more (AWS, "Multipart upload limits"), 10,000 of them: 60 GB of gzip, half a terabyte of rows.
PART_BYTES = 6 * 1024 * 1024
MAX_TRIES = 10
RETRY_AFTER_SECONDS = 30


@contextmanager
def _deferred_gc() -> Iterator[None]:
    """Defers the search for reference cycles to the end: over millions of small values without a cycle it takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


@dataclass(slots=True)
class ExportWriter:
    """Works on one export at a time."""

    exports: Exports
    export_files: ExportFiles
    bucket_scan: BucketScan
    statement_versions: StatementVersions
    queue: ExportQueue
    clock: Callable[[], datetime]

    def write(self, campaign: str, export_id: str, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Writes an export, or the rest of it, part by part while `has_time()`; then queues it for another worker.

        Returns True when nothing is left to do. Raises LeaseHeld while another worker has it, Unavailable when not even a
        failure can be recorded.
        """
        export = self.exports.lease(campaign, export_id, now=self.clock())
        if export is None:
            self._clean_up_if_deleted(campaign, export_id)
            return True
        try:
            return self._write_or_requeue(export, has_time)
        except ConditionFailed:  # meanwhile done or deleted, or taken over by another worker
            self._clean_up_if_deleted(campaign, export_id)
            return True

    def _write_or_requeue(self, export: Export, has_time: Callable[[], bool]) -> bool:
        try:
            return self._write(export, has_time)
        except (UploadBroken, OutOfTime):
            return self._requeue_after_failure(export, Position(tries=export.position.tries + 1))
        except Unavailable:
            return self._requeue_after_failure(export, None)

    def _write(self, export: Export, has_time: Callable[[], bool]) -> bool:
        if export.request.packet:
            return self._write_packet(export, has_time)
        if export.format is ExportFormat.XLSX:
            export = self._write_workbook(export, has_time)
        if export.format is not ExportFormat.XLSX:
            if (unpacked := self._write_parts(export, has_time)) is None:
                return False
            export = unpacked
        self._finish(export)
        return True

    def _finish(self, export: Export) -> None:
        self._complete(export)
        self.exports.finish(export, ExportState.DONE, now=self.clock())
        log.info("export written", campaign=export.campaign, export=export.id, rows=export.position.rows)

    def _write_packet(self, export: Export, has_time: Callable[[], bool]) -> bool:
        # Loads what typesets, for packets alone.
        from chalicelib.services.exports.packet_writer import PacketWriter

        writer = PacketWriter(
            self.exports, self.export_files, self.bucket_scan, self.statement_versions, self.clock, PART_BYTES
        )
        self._finish(writer.write(export, has_time))
        self.export_files.delete(snapshot_name(export.name))
        return True

    def _write_workbook(self, export: Export, has_time: Callable[[], bool]) -> Export:
        # Loads XlsxWriter, for those exports that need it.
        from chalicelib.services.exports.workbook_writer import WorkbookWriter

        writer = WorkbookWriter(self.exports, self.export_files, self.bucket_scan, self.clock, PART_BYTES)
        with _deferred_gc():
            return writer.write(export, self._titles(export.campaign), has_time)

    def _write_parts(self, export: Export, has_time: Callable[[], bool]) -> Export | None:
        """Writes what is missing of a file; None when the rest is another worker's."""
        if not export.position.upload:
            export = self._save_position(
                export, replace(export.position, upload=self.export_files.begin_upload(export.name))
            )
        while export.position.bucket < export.buckets:
            if not has_time():
                self.exports.end_lease(export)
                self.queue.add(export.campaign, export.id)
                return None
            export = self._add_part(export)
        return export

    def _add_part(self, export: Export) -> Export:
        """Fills one part and writes it; only then saves the position that it reaches."""
        with _deferred_gc():
            return self._build_part(export)

    def _build_part(self, export: Export) -> Export:
        position, titles = export.position, self._titles(export.campaign)
        writer = RowWriter(export.request, export.columns, titles, region_name=region_names_for(export.request))
        part = GzipPart(GzipState(position.crc, position.size))
        if not position.tags:
            part.add(writer.header())
        position = self._fill(part, export, writer)
        content, state = part.finish(is_last=position.bucket >= export.buckets)
        tag = self.export_files.add_part(export.name, position.upload, len(position.tags) + 1, content)
        advanced = replace(
            position, tags=(*position.tags, tag), length=position.length + len(content), crc=state.crc, size=state.size
        )
        return self._save_position(export, advanced)

    def _titles(self, campaign: str) -> dict[tuple[int, str], str]:
        """Returns the title of every statement that somebody may have signed, by version and language."""
        versions = self.statement_versions.list(campaign)
        return {
            (version.version, language): text["title"]
            for version in versions
            for language, text in version.texts.items()
        }

    def _fill(self, part: GzipPart, export: Export, writer: RowWriter) -> Position:
        position, rows = export.position, export.position.rows
        renewed = self.clock()
        is_wanted = row_filter(export.request, int(renewed.timestamp()))
        bucket, after = position.bucket, position.after
        while bucket < export.buckets:
            for stored, last in self.bucket_scan.pages(export.campaign, bucket, STORED_ATTRIBUTES, after=after):
                wanted = list(filter(is_wanted, stored))
                part.add(writer.rows(wanted))
                rows += len(wanted)
                bucket, after = (bucket, last) if last else (bucket + 1, "")
                if part.length >= PART_BYTES:
                    return replace(position, bucket=bucket, after=after, rows=rows)
                if (self.clock() - renewed).total_seconds() > LEASE_SECONDS / 4:
                    renewed = self.clock()
                    self.exports.save_position(export, now=renewed)
        return replace(position, bucket=bucket, after=after, rows=rows)

    def _save_position(self, export: Export, position: Position) -> Export:
        self.exports.save_position(replace(export, position=position), now=self.clock())
        return replace(export, position=position)

    def _complete(self, export: Export) -> None:
        position = export.position
        try:
            self.export_files.complete(export.name, position.upload, position.tags)
        except UploadBroken:
            if not self.export_files.exists(
                export.name
            ):  # otherwise an earlier worker completed it and died before it could say so
                raise

    def _requeue_after_failure(self, export: Export, position: Position | None) -> bool:
        """Counts a failure and queues the export again in half a minute; with `position`, to resume from there."""
        now = self.clock()
        current = self.exports.find(export.campaign, export.id) or export
        export = replace(current, lease=export.lease)  # our own: if another worker holds it, nothing below may succeed
        retry_at = position or replace(export.position, tries=export.position.tries + 1)
        if retry_at.tries >= MAX_TRIES:
            log.metric("export_failed", 1, campaign=export.campaign, export=export.id)
            self.exports.finish(export, ExportState.FAILED, now=now)
            self._discard(export)
            return True
        self.exports.save_position(replace(export, position=retry_at), now=now)
        self.exports.end_lease(export)
        self.queue.add(export.campaign, export.id, delay_seconds=RETRY_AFTER_SECONDS)
        return False

    def _clean_up_if_deleted(self, campaign: str, export_id: str) -> None:
        """Removes what was written of an export that was deleted meanwhile, or that failed for good."""
        export = self.exports.find(campaign, export_id)
        if export is not None and export.state in {ExportState.DELETED, ExportState.FAILED}:
            self._discard(export)

    def _discard(self, export: Export) -> None:
        """Removes whatever was written of an export that has no file to give."""
        if export.position.upload:
            self.export_files.abort(export.name, export.position.upload)
        self.export_files.delete(export.name)
        if export.request.packet:
            self.export_files.delete(snapshot_name(export.name))
