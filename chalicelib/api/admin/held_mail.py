"""Signatures whose mail is held: what an organiser sees of them, and letting go or dropping many at once."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.signatures import signature_filters
from chalicelib.wiring import wiring

held = Blueprint(__name__)
HELD = "/admin/campaigns/{campaign}/held"


@route(held, HELD, "GET", role=Role.ORGANIZER)
def list_held(campaign: str) -> Response:
    """How many mails are held and why, in groups of one origin."""
    return json_response(wiring().held_mail.groups(campaign))


@route(held, f"{HELD}/release", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def release_held(campaign: str) -> Response:
    """Lets up to a hundred held mails go; `cursor` says where to go on."""
    wanted, cursor = signature_filters.read_held(bodies.read_json(current_request().body))
    step = wiring().held_mail.release(campaign, wanted, cursor, current_key(Role.ORGANIZER, campaign))
    return json_response({"released": step.done, "cursor": step.cursor})


@route(held, f"{HELD}/drop", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def drop_held(campaign: str) -> Response:
    """Withdraws up to a hundred held signatures; `cursor` says where to go on."""
    wanted, cursor = signature_filters.read_held(bodies.read_json(current_request().body))
    step = wiring().held_mail.drop(campaign, wanted, cursor, current_key(Role.ORGANIZER, campaign))
    return json_response({"dropped": step.done, "cursor": step.cursor})
