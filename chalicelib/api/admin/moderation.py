"""What of a signature is public: an organiser decides, and is shown names to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.admin.signature_json import decided_json, signature_json
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.admin.descriptions import moderation as body_types
    from chalicelib.domain.signatures.odd_names import Oddity
    from chalicelib.domain.signatures.signature import Signature

moderated = Blueprint(__name__)
LIST = "/admin/campaigns/{campaign}/signatures"
SHOWN = ("given_name", "family_name", "organization", "country")


@route(moderated, f"{LIST}/{{id}}", "PATCH", role=Role.ORGANIZER, types=[bodies.JSON])
def moderate_signature(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Hides the name of a signature from the public or shows it again, or publishes its comment or not; it counts as before."""
    from chalicelib.domain.signatures import moderation  # for organisers only, so not at each start

    key, decision = current_key(Role.ORGANIZER, campaign), moderation.parse(bodies.read_json(current_request().body))
    return json_response(signature_json(wiring().signature_moderation.moderate(campaign, id, decision, key)))


@route(moderated, f"{LIST}/hide", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def moderate_names(campaign: str) -> Response:
    """Hides up to 100 names from the public or shows them again; what cannot be, says why, and stops no other."""
    from chalicelib.domain.signatures import moderation

    key = current_key(Role.ORGANIZER, campaign)
    names = moderation.parse_names(bodies.read_json(current_request().body))
    decided = wiring().signature_moderation.moderate_names(campaign, names, key)
    body: body_types.DecidedNames = {
        "signatures": [_decided(one) for one in decided.values() if not isinstance(one, str)],
        "refused": [{"id": id_, "code": code} for id_, code in decided.items() if isinstance(code, str)],
    }
    return json_response(body)


def _decided(signature: Signature) -> body_types.DecidedName:
    return cast("body_types.DecidedName", {"id": signature.id, **decided_json(signature)})


@route(moderated, f"{LIST}/odd-names", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def suggest_names(campaign: str) -> Response:
    """Suggests names to look at, newest first, among 1,000 signatures a call; `cursor` says where to continue."""
    from chalicelib.domain.signatures import odd_names

    current_key(Role.ORGANIZER, campaign)
    page = wiring().name_suggestions.page(campaign, odd_names.parse(bodies.read_json(current_request().body)))
    body: body_types.OddNames = {
        "signatures": [_json(*one) for one in page.names],
        "examined": page.examined,
        "cursor": page.cursor,
    }
    return json_response(body)


def _json(signature: Signature, oddities: tuple[Oddity, ...], times: int) -> body_types.OddName:
    """Only what tells one from another: a thousand whole signatures would be more than Lambda answers with."""
    written = {
        "id": signature.id,
        "state": str(signature.state),
        "signed_at": stamp(signature.signed_at),
        **{name: value for name in SHOWN if (value := signature.answers.get(name))},
        "language": signature.language,
        "public": signature.public,
        "shown": True,
        "oddities": [str(one) for one in oddities],
        "times": times,
    }
    return cast("body_types.OddName", written)
