"""What the routes of exports take and return."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import NO_CONTENT, Operation, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Count, SponsorId, Stamp, Url
from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.export_documents import ExportDocument
from chalicelib.domain.exports.export_rows import ExportFormat, ExportState, Separator
from chalicelib.domain.signatures.signature import SignatureState

ExportedState = SignatureState | Literal["any"]
ExportId = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]


class ExportFilters(TypedDict):
    """What was requested; null where nothing was. `bom` and `separator` are null for what is no CSV."""

    state: ExportedState | None
    since: Stamp | None
    sponsor: SponsorId | None
    delivery: Literal[True] | None
    bom: bool | None
    separator: Separator | None


class Export(TypedDict):
    """How far an export has come and, once it is done, where its file can be fetched for the next 15 minutes."""

    id: ExportId
    campaign: CampaignId
    state: ExportState
    format: ExportFormat
    filters: ExportFilters
    rows: Count
    total: Count | None
    progress: Annotated[float, Field(ge=0, le=1)]
    bytes: Count | None
    created_at: Stamp
    finished_at: Stamp | None
    expires_at: Stamp | None
    cursor: Stamp | None
    url: Url | None
    browser_url: Url | None


class Exports(TypedDict):
    """Exports of the last 30 days, newest first."""

    exports: list[Export]


TAG = "Exports"
OPERATIONS = {
    "request_export": Operation(
        responses={202: returns_json("The export that answers the request.", Export, "Location")},
        body=takes_json(ExportDocument),
    ),
    "list_exports": Operation(responses={200: returns_json("The exports, newest first.", Exports)}),
    "get_export": Operation(
        responses={200: returns_json("How far the export has come.", Export)}, path={"id": ExportId}, errors=(NotFound,)
    ),
    "delete_export": Operation(responses={204: NO_CONTENT}, path={"id": ExportId}, errors=(NotFound,)),
}
