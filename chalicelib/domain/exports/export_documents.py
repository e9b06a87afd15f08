"""Checks an organiser's request for an export; unknown fields are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.documents import Flag, Moment, validate
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.exports.export_rows import MAX_SINCE_AGE, ExportFormat, ExportRequest
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign


class ExportDocument(BaseModel):
    """The body of `POST /admin/campaigns/{campaign}/exports`; a field that is left out or null is not requested.

    Only a CSV has a byte order mark (`bom`), unless it is false.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: ExportFormat = ExportFormat.CSV
    state: SignatureState | Literal["any"] | None = None
    since: Moment | None = None
    sponsor: str | None = None
    delivery: Flag | None = None
    bom: Flag | None = None


def parse(body: object, campaign: Campaign, now: datetime, language: str) -> ExportRequest:
    """The checked request of somebody who reads `language`. Raises InvalidFields."""
    document = validate(ExportDocument, body, whole="export")
    if faults := tuple(_faults(document, campaign, now)):
        raise InvalidFields(faults)
    return ExportRequest(
        format=document.format,
        state=document.state or "",
        since=stamp(document.since) if document.since else "",
        sponsor=document.sponsor or "",
        delivery=document.delivery or False,
        bom=document.bom is not False and document.format is not ExportFormat.NDJSON,
        language=language if document.format is ExportFormat.XLSX else "",
        time_zone=campaign.time_zone if document.format is ExportFormat.XLSX else "",
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
