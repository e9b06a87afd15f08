"""Sheets to sign on paper: set by the exporter, which has the fonts, while whoever asks waits for a few seconds.

The file is named by what stands on it, so it is set once for everybody, and anew after a change of the words.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.errors import BeingMade
from chalicelib.domain.paper.printed_sheets import PrintedSheet, SheetOptions, parse_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.campaigns.statement_versions import StatementVersions
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.queues import ExportQueue

CONTENT_TYPE = "application/pdf"
# A cold exporter takes two or three seconds; the API's function ends after fifteen.
LOOKS, SECONDS_BETWEEN = 16, 0.5
# By which those are counted who sign by the code on a sheet.
SOURCE = "paper"


@dataclass(slots=True)
class PrintedSheets:
    """Hands out sheets, and has those made that are missing."""

    campaign_reader: CampaignReader
    export_files: Callable[[], ExportFiles]
    export_queue: ExportQueue
    pause: Callable[[float], None]

    def link(self, campaign: str, query: Mapping[str, str | None], base_url: str) -> str:
        """A link to the PDF that works for 15 minutes. Raises CampaignNotFound, InvalidFields, BeingMade, Unavailable."""
        found = self.campaign_reader.get_stored(campaign).campaign
        options = parse_options(query["lang"], query["paper"], query["rows"], languages=tuple(found.languages))
        sheet, files = _sheet(found, options, base_url), self.export_files()
        if not files.exists(sheet.file_name):
            self.export_queue.add_printed_sheet(sheet)
            self._wait_for(files, sheet.file_name)
        return files.presigned_url(sheet.file_name, filename=f"{campaign}-sheet-{options.language}.pdf")

    def _wait_for(self, files: ExportFiles, name: str) -> None:
        for _ in range(LOOKS):
            self.pause(SECONDS_BETWEEN)
            if files.exists(name):
                return
        raise BeingMade


@dataclass(frozen=True, slots=True)
class PrintedSheetMaker:
    """Sets sheets; doing it twice is harmless."""

    statement_versions: StatementVersions
    export_files: ExportFiles
    clock: Callable[[], datetime]

    def make(self, sheet: PrintedSheet) -> None:
        """Sets one sheet, if its words are still kept. Raises Unavailable."""
        # Loads the fonts' library and the layout, for those jobs that need them.
        from chalicelib.pages.paper_sheet.sheet_file import write_sheet

        # The exporter's policy lets it list statements, as packets need it, and no more.
        versions = self.statement_versions.list(sheet.campaign)
        kept = (one.statement(sheet.language) for one in versions if one.version == sheet.version)
        statement = next((one for one in kept if one and sheet.has_words_of(one)), None)
        if statement is None:
            log.info("printed sheet without its words", campaign=sheet.campaign)
            return
        out = io.BytesIO()
        write_sheet(out, sheet, statement, self.clock())
        self.export_files.put(sheet.file_name, out.getvalue(), CONTENT_TYPE)
        log.info("printed sheet made", campaign=sheet.campaign)


def _sheet(campaign: Campaign, options: SheetOptions, base_url: str) -> PrintedSheet:
    from chalicelib.pages.hosted.share_links import hosts, sign_url

    return PrintedSheet(
        campaign=campaign.id,
        language=options.language,
        version=campaign.text_version,
        sha256=campaign.text(options.language).sha256,
        paper=options.paper,
        rows=options.rows,
        is_letter=campaign.kind == "letter",
        sponsors=hosts(campaign),
        contact=campaign.sender.reply_to or campaign.sender.email,
        url=sign_url(base_url, campaign.id, options.language, SOURCE),
    )
