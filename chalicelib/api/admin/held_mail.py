"""Signatures whose email is held: an overview of them, and releasing or dropping many at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import held_mail as body_types
    from chalicelib.services.mail.held_mail import HeldGroup

held = Blueprint(__name__)
HELD = "/admin/campaigns/{campaign}/held"


@route(held, HELD, "GET", role=Role.ORGANIZER)
def list_held(campaign: str) -> Response:
    """Returns how many emails are held and why, grouped by origin."""
    overview = wiring().held_mail.overview(campaign)
    body: body_types.HeldOverview = {
        "campaign": campaign,
        "held": dict(overview.held),
        "groups": [_group(one) for one in overview.groups],
        "trends": [cast("body_types.Anomaly", asdict(one)) for one in overview.anomalies],
        "looked_at": overview.examined,
        "is_whole": overview.is_whole,
    }
    return json_response(body)


def _group(group: HeldGroup) -> body_types.HeldGroup:
    return {
        "reason": group.reason,
        "network": group.network or None,
        "domain": group.domain or None,
        "signatures": group.signatures,
    }


@route(held, f"{HELD}/release", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def release_held(campaign: str) -> Response:
    """Releases up to 100 held emails; `cursor` says where to continue."""
    from chalicelib.domain.signatures import signature_filters  # for organisers only, so not at each start

    filters, cursor = signature_filters.parse_held(bodies.read_json(current_request().body))
    batch = wiring().held_mail.release(campaign, filters, cursor, current_key(Role.ORGANIZER, campaign))
    body: body_types.Released = {"released": batch.handled, "cursor": batch.cursor}
    return json_response(body)


@route(held, f"{HELD}/drop", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def drop_held(campaign: str) -> Response:
    """Withdraws up to 100 held signatures; `cursor` says where to continue."""
    from chalicelib.domain.signatures import signature_filters  # for organisers only, so not at each start

    filters, cursor = signature_filters.parse_held(bodies.read_json(current_request().body))
    batch = wiring().held_mail.drop(campaign, filters, cursor, current_key(Role.ORGANIZER, campaign))
    body: body_types.Dropped = {"dropped": batch.handled, "cursor": batch.cursor}
    return json_response(body)
