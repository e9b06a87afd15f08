"""What people may request by law: erasure of their data, or a copy of it. Addresses are sent in bodies, never in URLs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_json import signature_json
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.api.public.signature_file import statement_json
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import privacy_requests as body_types
    from chalicelib.domain.campaigns.statements import Statement
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.mail.suppressions import AddressStatus

requests = Blueprint(__name__)


@route(requests, "/admin/erasures", "POST", role=Role.ADMIN, types=[bodies.JSON])
def erase_address() -> Response:
    """Erases an address everywhere, and returns a report that does not contain it."""
    report = wiring().privacy_requests.erase(bodies.parse_email_body(current_request().body), current_key(Role.ADMIN))
    erased: body_types.ErasureReport = {
        "erased_at": stamp(report.erased_at),
        "signatures": [{"campaign": one.campaign, "was": one.state} for one in report.signatures],
        "exports": [
            {"campaign": one.campaign, "id": one.id, "created_at": stamp(one.created_at)} for one in report.exports
        ],
        "suppressed": True,
    }
    return json_response(erased)


@route(requests, "/admin/access", "POST", role=Role.ADMIN, types=[bodies.JSON])
def report_on_address() -> Response:
    """Returns everything that is held about an address."""
    report = wiring().privacy_requests.access(bodies.parse_email_body(current_request().body), current_key(Role.ADMIN))
    body: body_types.AccessReport = {
        "as_of": stamp(report.as_of),
        "signatures": [
            _signature(one, statement) for one, statement in zip(report.signatures, report.statements, strict=True)
        ],
        "mail": [_memory(one) for one in report.memories],
    }
    return json_response(body)


def _signature(
    signature: Signature, statement: Statement | None
) -> body_types.HeldSignature | body_types.HeldWithdrawnSignature:
    body = {"campaign": signature.campaign, **signature_json(signature), "left_sponsors": dict(signature.left_sponsors)}
    if not signature.is_withdrawn:
        body["statement"] = statement and statement_json(statement)
    return cast("body_types.HeldSignature", body)


def _memory(memory: AddressStatus) -> body_types.AddressStatus:
    record = {name: fact for name, fact in asdict(memory).items() if fact is not None}
    return cast("body_types.AddressStatus", record)
