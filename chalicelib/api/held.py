"""Signatures whose mail is held: what an organiser sees of them, and letting go or dropping many at once."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api import bodies
from chalicelib.api.answers import json_answer
from chalicelib.api.edge import key_at_hand, route
from chalicelib.api.incoming import incoming
from chalicelib.domain import filters
from chalicelib.domain.keys import Role
from chalicelib.wiring import wiring

held = Blueprint(__name__)
HELD = "/admin/campaigns/{campaign}/held"


@route(held, HELD, "GET", role=Role.ORGANIZER)
def list_held(campaign: str) -> Response:
    """How many mails are held and why, in groups of one origin."""
    return json_answer(wiring().releasing.groups(campaign))


@route(held, f"{HELD}/release", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def release_held(campaign: str) -> Response:
    """Lets up to a hundred held mails go; `cursor` says where to go on."""
    wanted, cursor = filters.read_held(bodies.read_json(incoming().body))
    step = wiring().releasing.let_go(campaign, wanted, cursor, key_at_hand(Role.ORGANIZER, campaign))
    return json_answer({"released": step.done, "cursor": step.cursor})


@route(held, f"{HELD}/drop", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def drop_held(campaign: str) -> Response:
    """Withdraws up to a hundred held signatures; `cursor` says where to go on."""
    wanted, cursor = filters.read_held(bodies.read_json(incoming().body))
    step = wiring().releasing.drop(campaign, wanted, cursor, key_at_hand(Role.ORGANIZER, campaign))
    return json_answer({"dropped": step.done, "cursor": step.cursor})
