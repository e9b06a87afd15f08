"""Pauses all email, for the day when something is wrong with it; a single campaign's pause is in its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import mail_pause as body_types
    from chalicelib.storage.mail.mail_pause import MailPauseState

mail_pause = Blueprint(__name__)


def _state(state: MailPauseState) -> Response:
    body: body_types.MailPauseState = {"paused": state.is_paused, "changed_at": state.changed_at or None}
    return json_response(body)


@route(mail_pause, "/admin/mail", "GET", role=Role.READER)
def get_mail_pause() -> Response:
    """Returns whether all email is paused, and since when."""
    return _state(wiring().mail_pause.get_state())


@route(mail_pause, "/admin/mail", "PUT", role=Role.ADMIN, types=[bodies.JSON])
def put_mail_pause() -> Response:
    """Pauses all email, or resumes it: what waits is sent after the next hourly run."""
    body = bodies.read_json(current_request().body)
    if not isinstance(body, dict) or set(body) != {"paused"} or not isinstance(body["paused"], bool):
        raise InvalidFields.one("paused", "not_true_or_false")
    return _state(wiring().mail_pause.set_paused(paused=body["paused"], by=current_key(Role.ADMIN).id))
