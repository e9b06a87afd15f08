"""A campaign's signatures for its organisers; an address comes in a body, never in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_answers import signature_answer
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import MalformedBody
from chalicelib.domain.signatures import signature_filters
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import signatures as answers

signatures = Blueprint(__name__)

LIST = "/admin/campaigns/{campaign}/signatures"
ONE = "/admin/campaigns/{campaign}/signatures/{id}"
DEFAULT_LIMIT, MAX_LIMIT = 50, 200
NOT_FILTERS = frozenset({"limit", "cursor", "lang"})


@route(signatures, LIST, "GET", role=Role.ORGANIZER, sponsored=True)
def list_signatures(campaign: str) -> Response:
    """Signatures, newest first; `?cursor=` goes on where the last page ended."""
    key, query = current_key(Role.ORGANIZER, campaign), current_request().query_params
    filters = signature_filters.parse({n: v for n, v in query.items() if n not in NOT_FILTERS}, sponsor=key.sponsor)
    page = wiring().signature_search.page(
        campaign,
        filters,
        limit=current_request().limit(default=DEFAULT_LIMIT, most=MAX_LIMIT),
        cursor=query.get("cursor"),
    )
    listed: answers.SignaturePage = {
        "signatures": [signature_answer(one, key.sponsor) for one in page.signatures],
        "cursor": page.cursor,
    }
    return json_response(listed)


@route(signatures, f"{LIST}/find", "POST", role=Role.ORGANIZER, types=[bodies.JSON], sponsored=True)
def find_signatures(campaign: str) -> Response:
    """The signature of an address, if there is one."""
    key = current_key(Role.ORGANIZER, campaign)
    signatures = wiring().signature_search.find_by_email(campaign, bodies.parse_email_body(current_request().body), key)
    found: answers.FoundSignatures = {"signatures": [signature_answer(one, key.sponsor) for one in signatures]}
    return json_response(found)


@route(signatures, LIST, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def add_signature(campaign: str) -> Response:
    """Enters a signature given on paper; entered again it stays one."""
    key, body = current_key(Role.ORGANIZER, campaign), bodies.read_json(current_request().body)
    if not isinstance(body, dict):
        raise MalformedBody
    entered = wiring().paper_signatures.add(campaign, body, key)
    return json_response(signature_answer(entered.signature), 201 if entered.is_new else 200)


@route(signatures, ONE, "GET", role=Role.ORGANIZER, sponsored=True)
def get_signature(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """One signature and what became of its mails."""
    key = current_key(Role.ORGANIZER, campaign)
    _, found = wiring().signature_search.get(campaign, id, key)
    return json_response(signature_answer(found, key.sponsor))


@route(signatures, ONE, "DELETE", role=Role.ORGANIZER)
def withdraw_signature(campaign: str, id: str) -> Response:  # noqa: A002
    """Withdraws a signature; only id, state and times are left."""
    withdrawn = wiring().signature_actions.withdraw(campaign, id, current_key(Role.ORGANIZER, campaign))
    return json_response(signature_answer(withdrawn))


@route(signatures, f"{ONE}/resend", "POST", role=Role.ORGANIZER)
def resend_confirmation(campaign: str, id: str) -> Response:  # noqa: A002
    """Asks a pending signer for the confirmation again."""
    asked = wiring().signature_actions.resend(campaign, id, current_key(Role.ORGANIZER, campaign))
    return json_response(signature_answer(asked), 202)
