"""Checks an organiser's request for an export; unknown fields are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.documents import Flag, MomentOrDay, validate
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.exports.export_rows import MAX_SINCE_AGE, ExportFormat, ExportRequest, Separator
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign


class ExportDocument(BaseModel):
    """The body of `POST /admin/campaigns/{campaign}/exports`; a field that is left out or null is not requested.

    Only a CSV has a byte order mark (`bom`) and a `separator`. Without the mark it is for programs: times are in UTC.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: ExportFormat = ExportFormat.CSV
    # One list, not a union: pydantic would put both branches into the path of an error.
    state: Literal["pending", "confirmed", "withdrawn", "external", "any"] | None = None
    since: MomentOrDay | None = None
    sponsor: str | None = None
    delivery: Flag | None = None
    bom: Flag | None = None
    separator: Separator | None = None


def parse(body: object, campaign: Campaign, now: datetime, language: str) -> ExportRequest:
    """The checked request of somebody who reads `language`. Raises InvalidFields."""
    document = validate(ExportDocument, body, whole="export")
    since = campaign.beginning_of(document.since) if document.since else None
    if faults := tuple(_faults(document, since, campaign, now)):
        raise InvalidFields(faults)
    return ExportRequest(
        format=document.format,
        state=document.state or "",
        since=stamp(since) if since else "",
        sponsor=document.sponsor or "",
        delivery=document.delivery or False,
        bom=_is_for_people(document),
        language=language if document.format is ExportFormat.XLSX or campaign.asks_for("region") else "",
        time_zone=campaign.time_zone if _is_for_people(document) else "",
        separator=document.separator or Separator.COMMA,
    )


def _is_for_people(document: ExportDocument) -> bool:
    return document.format is ExportFormat.XLSX or (document.format is ExportFormat.CSV and document.bom is not False)


def _faults(document: ExportDocument, since: datetime | None, campaign: Campaign, now: datetime) -> list[FieldError]:
    faults = []
    if document.sponsor and document.sponsor not in campaign.sponsor_ids():
        faults.append(FieldError("sponsor", "not_an_option"))
    if since and since > now:
        faults.append(FieldError("since", "in_the_future"))
    if since and since < now - MAX_SINCE_AGE:
        faults.append(FieldError("since", "too_old", limit=MAX_SINCE_AGE.days))
    if document.delivery and document.state not in (None, SignatureState.CONFIRMED):
        faults.append(FieldError("state", "not_an_option"))
    if since and document.state in {SignatureState.PENDING, SignatureState.WITHDRAWN}:
        faults.append(FieldError("since", "no_changes_of_state"))
    if document.separator and document.format is not ExportFormat.CSV:
        faults.append(FieldError("separator", "only_for_csv"))
    if document.delivery and since:
        faults.append(FieldError("since", "delivered_whole"))
    return faults
