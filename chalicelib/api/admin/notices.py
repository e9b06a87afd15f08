"""What a member is told by email about campaigns: each chooses for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import NotASession
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import notices as body_types
    from chalicelib.domain.access.notices import NoticeChoice

notices = Blueprint(__name__)


@route(notices, "/admin/me/notices", "GET", role=Role.READER)
def get_notices() -> Response:
    """Returns what whoever asks is told by email."""
    return json_response(_notices(wiring().notices.choice(_member())))


@route(notices, "/admin/me/notices", "PATCH", role=Role.READER, types=[bodies.JSON])
def change_notices() -> Response:
    """Changes what whoever asks is told by email."""
    from chalicelib.domain.access.notice_requests import parse  # loads pydantic, so only when it is needed

    member, store = _member(), wiring().notices
    choice = parse(bodies.read_json(current_request().body), store.choice(member))
    store.choose(member, choice)
    return json_response(_notices(choice))


def _member() -> str:
    key = current_key(Role.READER)
    if not key.session:
        raise NotASession
    return key.id


def _notices(choice: NoticeChoice) -> body_types.Notices:
    return {"digest": choice.digest, "at_once": choice.at_once}
