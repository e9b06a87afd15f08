"""What the routes of packets take and return."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.exports import ExportId
from chalicelib.api.http.operations import NO_CONTENT, Operation, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Count, Stamp, Url
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.export_rows import ExportState
from chalicelib.domain.exports.packet_documents import PacketDocument
from chalicelib.domain.exports.packets import GroupBy, Names
from chalicelib.domain.paper_sizes import Paper


class Packet(TypedDict):
    """How far a packet has come and, once it is done, where it can be fetched for the next 15 minutes.

    `signatures` is how many are listed by name. `target` holds one name a line.
    """

    id: ExportId
    campaign: CampaignId
    state: ExportState
    language: str
    target: str
    group_by: GroupBy
    paper: Paper
    names: Names
    comments: bool
    progress: Annotated[float, Field(ge=0, le=1)]
    pages: Count | None
    signatures: Count | None
    bytes: Count | None
    created_at: Stamp
    finished_at: Stamp | None
    expires_at: Stamp | None
    url: Url | None


class Packets(TypedDict):
    """Packets of the last 30 days, newest first."""

    packets: list[Packet]


TAG = "Packets"
OPERATIONS = {
    "request_packet": Operation(
        responses={202: returns_json("The packet that answers the request.", Packet, "Location")},
        body=takes_json(PacketDocument),
    ),
    "list_packets": Operation(responses={200: returns_json("The packets, newest first.", Packets)}),
    "get_packet": Operation(
        responses={200: returns_json("How far the packet has come.", Packet)}, path={"id": ExportId}, errors=(NotFound,)
    ),
    "delete_packet": Operation(responses={204: NO_CONTENT}, path={"id": ExportId}, errors=(NotFound,)),
}
