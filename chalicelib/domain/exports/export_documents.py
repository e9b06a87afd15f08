"""What an organiser asks for when exporting, checked; unknown keys refused."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from chalicelib.domain.campaigns.campaign_documents import field_error
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.exports.export_rows import MAX_SINCE_AGE, ExportFormat, ExportRequest
from chalicelib.domain.signatures.signature import SignatureState

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign


class ExportDocument(BaseModel):
    """The body of `POST /admin/campaigns/{campaign}/exports`; what is left out or null is not asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: ExportFormat = ExportFormat.CSV
    state: SignatureState | Literal["any"] | None = None
    since: AwareDatetime | None = None
    sponsor: str | None = None
    delivery: bool | None = None
    bom: bool | None = None


def parse(body: object, campaign: Campaign, now: datetime) -> ExportRequest:
    """Checks what an organiser asks for. Raises InvalidFields."""
    try:
        document = ExportDocument.model_validate(body)
    except ValidationError as error:
        raise InvalidFields(tuple(field_error(found, "export") for found in error.errors(include_url=False))) from None
    if faults := tuple(_faults(document, campaign, now)):
        raise InvalidFields(faults)
    since = document.since.astimezone(UTC) if document.since else None
    return ExportRequest(
        format=document.format,
        state=document.state or "",
        since=since.isoformat(timespec="microseconds").replace("+00:00", "Z") if since else "",
        sponsor=document.sponsor or "",
        delivery=document.delivery or False,
        bom=bool(document.bom) and document.format is ExportFormat.CSV,
    )


def _faults(document: ExportDocument, campaign: Campaign, now: datetime) -> list[FieldError]:
    faults = []
    if document.sponsor and document.sponsor not in campaign.sponsor_ids():
        faults.append(FieldError("sponsor", "not_an_option"))
    if document.since and document.since > now:
        faults.append(FieldError("since", "bad_value", "this is in the future"))
    if document.since and document.since < now - MAX_SINCE_AGE:
        faults.append(FieldError("since", "too_old", limit=MAX_SINCE_AGE.days))
    if document.delivery and document.state not in (None, SignatureState.CONFIRMED):
        faults.append(FieldError("state", "not_an_option"))
    if document.delivery and document.since:
        faults.append(FieldError("since", "bad_value", "what is delivered is delivered whole"))
    return faults
