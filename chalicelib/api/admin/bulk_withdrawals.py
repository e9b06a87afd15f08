"""What was withdrawn together, and undoing it within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import bulk_withdrawals as body_types
    from chalicelib.domain.signatures.bulk_withdrawals import BulkWithdrawal

bulk_withdrawals = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/withdrawals"


@route(bulk_withdrawals, ALL, "GET", role=Role.ORGANIZER)
def list_withdrawals(campaign: str) -> Response:
    """Lists the bulk withdrawals of the last 30 days, newest first."""
    body: body_types.Withdrawals = {
        "withdrawals": [_withdrawal(one) for one in wiring().withdrawal_undo.recent(campaign)]
    }
    return json_response(body)


def _withdrawal(record: BulkWithdrawal) -> body_types.BulkWithdrawal:
    can_be_undone = wiring().now() < record.undo_until and record.restored < record.signatures
    return {
        "id": record.id,
        "key": record.key,
        "begun_at": stamp(record.begun_at),
        "filters": dict(record.filters),
        "signatures": record.signatures,
        "restored": record.restored,
        "undone_at": stamp(record.undone_at) if record.undone_at else None,
        "undo_until": stamp(record.undo_until) if can_be_undone else None,
    }


@route(bulk_withdrawals, f"{ALL}/{{id}}/undo", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def undo_withdrawal(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Restores up to 100 signatures of a bulk withdrawal; `cursor` says where to continue."""
    key, asked = current_key(Role.ORGANIZER, campaign), bodies.read_json(current_request().body)
    if not isinstance(asked, dict) or asked.keys() - {"cursor"} or not isinstance(asked.get("cursor", ""), str):
        raise InvalidFields.one("body", "unknown_field")
    batch = wiring().withdrawal_undo.undo(campaign, id, asked.get("cursor") or None, key)
    body: body_types.UndoneBatch = {"restored": batch.restored, "cursor": batch.cursor}
    return json_response(body)
