"""What people may ask an organisation for by law: the end of their data, or a copy of it. Addresses come in bodies."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_answers import signature_answer
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import privacy_requests as answers
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.mail.suppressions import AddressStatus

requests = Blueprint(__name__)


@route(requests, "/admin/erasures", "POST", role=Role.ADMIN, types=[bodies.JSON])
def erase_address() -> Response:
    """Erases one address everywhere; the answer is a report without it."""
    report = wiring().privacy_requests.erase(bodies.parse_email_body(current_request().body), current_key(Role.ADMIN))
    erased: answers.ErasureReport = {
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
    """Everything that is held about one address."""
    report = wiring().privacy_requests.access(bodies.parse_email_body(current_request().body), current_key(Role.ADMIN))
    found: answers.AccessReport = {
        "as_of": stamp(report.as_of),
        "signatures": [_signature(one) for one in report.signatures],
        "mail": [_memory(one) for one in report.memories],
    }
    return json_response(found)


def _signature(signature: Signature) -> answers.HeldSignature | answers.HeldWithdrawnSignature:
    return cast("answers.HeldSignature", {"campaign": signature.campaign, **signature_answer(signature)})


def _memory(memory: AddressStatus) -> answers.AddressStatus:
    remembered = {name: fact for name, fact in asdict(memory).items() if fact is not None}
    return cast("answers.AddressStatus", remembered)
