"""Writes an export as one spreadsheet file: built on disk from beginning to end, then stored whole.

A spreadsheet is a zip whose parts depend on each other, so whoever is interrupted begins anew. What is too large for one is
left to the caller, as CSV.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.exports.export_rows import MAX_WORKBOOK_ROWS, row_filter
from chalicelib.domain.exports.row_attributes import STORED_ATTRIBUTES
from chalicelib.domain.exports.row_writer import RowWriter
from chalicelib.services.exports.export_columns import region_names_for
from chalicelib.services.exports.workbook import Sheet, Workbook
from chalicelib.services.exports.working_time import OutOfTime
from chalicelib.storage.exports.export_items import Position
from chalicelib.storage.exports.exports import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.exports.export_rows import Titles
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.exports.export_items import Export
    from chalicelib.storage.exports.exports import Exports

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Twice its size as XML is on disk before it is packed: at most 1.6 GB of the function's 2 (.chalice/resources.json).
MAX_CHARACTERS = 120_000_000


class TooLarge(Exception):
    """More rows, or more in them, than a spreadsheet should hold."""


@dataclass(slots=True)
class WorkbookWriter:
    """Works on one export at a time, under the lease that the caller holds."""

    exports: Exports
    export_files: ExportFiles
    bucket_scan: BucketScan
    clock: Callable[[], datetime]
    part_bytes: int

    def write(self, export: Export, titles: Titles, has_time: Callable[[], bool]) -> Export:
        """The export with all its parts stored, or to be written as CSV. Raises OutOfTime, UploadBroken, ConditionFailed."""
        export = self._begin_anew(export)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.xlsx"
            try:
                export = self._build(export, titles, path, has_time)
            except TooLarge:
                log.info("export too large for a spreadsheet", campaign=export.campaign, export=export.id)
                return self.exports.write_as_csv(self._begin_anew(export), now=self.clock())
            return self._store(export, path)

    def _begin_anew(self, export: Export) -> Export:
        """The upload of a worker before us must not be completed by it: only one file is this export's."""
        if export.position.upload:
            self.export_files.abort(export.name, export.position.upload)
        return self._save(export, Position(tries=export.position.tries))

    def _build(self, export: Export, titles: Titles, path: Path, has_time: Callable[[], bool]) -> Export:
        sheet = Sheet(
            name=export.campaign,
            columns=export.columns,
            titles=export.titles,
            time_zone=export.request.time_zone,
            created_at=export.created_at,
        )
        with Workbook(path, sheet) as workbook:
            names = region_names_for(export.request)
            rows = RowWriter(export.request, export.columns, titles, as_cell=str, region_name=names)
            export = self._fill(workbook, export, rows, has_time)
            workbook.close()
        return self._save(export, export.position)

    def _fill(self, workbook: Workbook, export: Export, writer: RowWriter, has_time: Callable[[], bool]) -> Export:
        renewed = self.clock()
        is_wanted = row_filter(export.request, int(renewed.timestamp()))
        for bucket in range(export.buckets):
            for stored, last in self.bucket_scan.pages(export.campaign, bucket, STORED_ATTRIBUTES):
                if not has_time():
                    raise OutOfTime
                workbook.add(map(writer.cells, filter(is_wanted, stored)))
                if workbook.rows > MAX_WORKBOOK_ROWS or workbook.characters > MAX_CHARACTERS:
                    raise TooLarge
                # Only to show how far it is: nobody continues from here.
                reached = (bucket, last) if last else (bucket + 1, "")
                position = replace(export.position, bucket=reached[0], after=reached[1], rows=workbook.rows)
                export = replace(export, position=position)
                if (self.clock() - renewed).total_seconds() > LEASE_SECONDS / 4:
                    renewed = self.clock()
                    export = self._save(export, position)
        return export

    def _store(self, export: Export, path: Path) -> Export:
        upload = self.export_files.begin_upload(export.name, CONTENT_TYPE)
        export = self._save(export, replace(export.position, upload=upload, length=path.stat().st_size))
        with path.open("rb") as file:
            while content := file.read(self.part_bytes):
                number = len(export.position.tags) + 1
                tag = self.export_files.add_part(export.name, upload, number, content)
                export = self._save(export, replace(export.position, tags=(*export.position.tags, tag)))
        return export

    def _save(self, export: Export, position: Position) -> Export:
        export = replace(export, position=position)
        self.exports.save_position(export, now=self.clock())
        return export
