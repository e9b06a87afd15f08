"""Takes organisers' requests for packets to hand over, which are made in the background like exports and stored beside them.

What a packet says is fixed here, at the moment of the request; it reads no signatures: see `packet_writer`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, ExportState, download_name
from chalicelib.domain.exports.packet_volumes import MAX_NAMES
from chalicelib.domain.exports.progress import packet_progress
from chalicelib.i18n.languages import LANGUAGES
from chalicelib.storage.exports.export_items import Export
from chalicelib.storage.exports.export_names import file_name, new_export_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader, CampaignSnapshot
    from chalicelib.services.exports.export_requests import ExportRequests


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketStatus:
    """How far a packet has come. Only a finished one has `url`, `pages`, `signatures` and `file_until`."""

    export: Export
    state: ExportState
    progress: float
    pages: int | None = None
    signatures: int | None = None
    url: str | None = None
    file_until: datetime | None = None


@dataclass(slots=True)
class PacketRequests:
    """Takes requests for packets and reports their progress."""

    campaign_reader: CampaignReader
    export_requests: ExportRequests
    clock: Callable[[], datetime]

    def request(self, campaign: str, body: object, key: ApiKey) -> Export:
        """Returns the packet that answers a request: the one under way, or else a new one.

        Raises CampaignNotFound, InvalidFields, Unavailable.
        """
        from chalicelib.domain.exports import packet_documents  # loads pydantic, so only when it is needed

        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        options = packet_documents.parse(body, snapshot.campaign, LANGUAGES)
        if snapshot.tally.confirmed > MAX_NAMES:
            raise InvalidFields.one("packet", "too_many_for_a_packet", limit=MAX_NAMES)
        if not snapshot.campaign.show_comments:  # what is not public any more is not handed over either
            options = replace(options, comments=False)
        request = ExportRequest(format=ExportFormat.CSV, packet=options)
        return self.export_requests.find_or_create(snapshot, request, key, self._new)

    def _new(self, snapshot: CampaignSnapshot, request: ExportRequest) -> Export:
        now, campaign = self.clock(), snapshot.campaign
        id_ = new_export_id(now)
        assert request.packet is not None  # noqa: S101 - made above
        return Export(
            id=id_,
            campaign=campaign.id,
            name=file_name(campaign.id, id_, "zip"),
            request=request,
            columns=(),
            buckets=campaign.buckets,
            total=snapshot.tally.total,
            created_at=now,
            touched_at=now,
            facts=json.dumps(_facts(snapshot, request.packet.language, now), ensure_ascii=False),
        )

    def list_for(self, campaign: str) -> list[Export]:
        """Lists a campaign's packets of the last 30 days, newest first. Raises CampaignNotFound."""
        self.campaign_reader.get(campaign)
        return [export for export in self.export_requests.exports.list(campaign) if export.request.packet]

    def get(self, campaign: str, packet: str) -> Export:
        """Returns one packet. Raises NotFound."""
        export = self.export_requests.exports.find(campaign, packet)
        if export is None or not export.request.packet:
            raise NotFound
        return export

    def delete(self, campaign: str, packet: str, key: ApiKey) -> None:
        """Deletes the file, or stops it being made. Raises NotFound."""
        self.export_requests.remove(self.get(campaign, packet), key, "packet removed")

    def status(self, export: Export) -> PacketStatus:
        """Returns how far a packet has come; for a finished one also a link that works for 15 minutes."""
        state = export.state_at(self.clock())
        if state is not ExportState.DONE:
            return PacketStatus(export=export, state=state, progress=_progress(export))
        local = export.created_at.astimezone(self.campaign_reader.get(export.campaign).zone)
        filename = f"{download_name(export.campaign, export.request, local)}.zip"
        return PacketStatus(
            export=export,
            state=state,
            progress=1.0,
            pages=export.position.pages,
            signatures=export.position.rows,
            url=self.export_requests.export_files().presigned_url(export.name, filename=filename),
            file_until=export.file_until,
        )


def _progress(export: Export) -> float:
    return packet_progress(export.buckets, export.position.bucket, export.position.rows, export.total or 0)


def _facts(snapshot: CampaignSnapshot, language: str, now: datetime) -> dict[str, Any]:
    """What the packet says of the campaign: as it is now, also if it is changed while the packet is made."""
    campaign = snapshot.campaign
    text, local = campaign.text(campaign.language_or_default(language)), now.astimezone(campaign.zone)
    return {
        "title": text.title,
        "summary": text.summary,
        "sponsors": [sponsor.name for sponsor in campaign.sponsors],
        "is_letter": campaign.kind == "letter",
        "is_double": campaign.is_double,
        "day": local.date().isoformat(),
        "moment": f"{local:%H:%M} {campaign.time_zone}",
        "version": campaign.text_version,
        "languages": list(campaign.languages),
    }
