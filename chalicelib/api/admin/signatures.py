"""A campaign's signatures for its organisers; an email address is sent in a body, never in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_json import signature_json
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import MalformedBody
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import signatures as body_types
    from chalicelib.api.admin.descriptions.flood_bodies import FloodBatch

signatures = Blueprint(__name__)

LIST = "/admin/campaigns/{campaign}/signatures"
ONE = "/admin/campaigns/{campaign}/signatures/{id}"
DEFAULT_LIMIT, MAX_LIMIT = 50, 200
NOT_FILTERS = frozenset({"limit", "cursor", "lang"})


@route(signatures, LIST, "GET", role=Role.ORGANIZER, sponsored=True)
def list_signatures(campaign: str) -> Response:
    """Lists signatures, newest first; `?cursor=` continues where the last page ended."""
    from chalicelib.domain.signatures import signature_filters  # for organisers only, so not at each start

    key, query = current_key(Role.ORGANIZER, campaign), current_request().query_params
    filters = signature_filters.parse({n: v for n, v in query.items() if n not in NOT_FILTERS}, sponsor=key.sponsor)
    page = wiring().signature_search.page(
        campaign,
        filters,
        limit=current_request().limit(default=DEFAULT_LIMIT, most=MAX_LIMIT),
        cursor=query.get("cursor"),
    )
    body: body_types.SignaturePage = {
        "signatures": [signature_json(one, key.sponsor) for one in page.signatures],
        "cursor": page.cursor,
    }
    return json_response(body)


@route(signatures, f"{LIST}/find", "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def find_signatures(campaign: str) -> Response:
    """Finds the signature of an email address."""
    key = current_key(Role.ORGANIZER, campaign)
    signatures = wiring().signature_search.find_by_email(campaign, bodies.parse_email_body(current_request().body), key)
    body: body_types.FoundSignatures = {"signatures": [signature_json(one, key.sponsor) for one in signatures]}
    return json_response(body)


@route(signatures, LIST, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def add_signature(campaign: str) -> Response:
    """Enters a signature given on paper; entering it again changes nothing."""
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(current_request().body)
    if not isinstance(body, dict):
        raise MalformedBody
    entered = wiring().paper_signatures.add(campaign, body, key)
    body_shown = {**signature_json(entered.signature), "differs": list(entered.differing), "is_new": entered.is_new}
    return json_response(body_shown, 201 if entered.is_new else 200)


@route(signatures, f"{LIST}/withdraw", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def withdraw_signatures(campaign: str) -> Response:
    """Withdraws up to 100 signatures by where they came from, or counts them; `cursor` says where to continue."""
    from chalicelib.domain.signatures import signature_filters  # for organisers only, so not at each start

    key = current_key(Role.ORGANIZER, campaign)
    asked = signature_filters.parse_flood(bodies.read_json(current_request().body))
    if asked.is_preview:
        batch = wiring().flood_withdrawal.preview(campaign, asked)
    else:
        batch = wiring().flood_withdrawal.withdraw(campaign, asked, key)
    body: FloodBatch = {
        "signatures": batch.signatures,
        "preview": asked.is_preview,
        "cursor": batch.cursor,
        "withdrawal": batch.withdrawal,
    }
    return json_response(body)


@route(signatures, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_signature(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Returns one signature and what became of its emails."""
    key = current_key(Role.ORGANIZER, campaign)
    _, signature = wiring().signature_search.get(campaign, id, key)
    return json_response(signature_json(signature, key.sponsor))


@route(signatures, ONE, "DELETE", role=Role.ORGANIZER)
def withdraw_signature(campaign: str, id: str) -> Response:  # noqa: A002
    """Withdraws a signature; only its id, state and times are left."""
    withdrawn = wiring().signature_actions.withdraw(campaign, id, current_key(Role.ORGANIZER, campaign))
    return json_response(signature_json(withdrawn))


@route(signatures, f"{ONE}/resend", "POST", role=Role.ORGANIZER)
def resend_confirmation(campaign: str, id: str) -> Response:  # noqa: A002
    """Sends a pending signer the confirmation email again."""
    signature = wiring().signature_actions.resend(campaign, id, current_key(Role.ORGANIZER, campaign))
    return json_response(signature_json(signature), 202)
