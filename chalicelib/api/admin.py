"""What organisers call with a key: campaigns and counts, at a cost that does not grow with the signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api import bodies
from chalicelib.api.edge import incoming, json_answer, key_at_hand, route
from chalicelib.domain.campaigns import is_campaign_id
from chalicelib.domain.errors import FieldError, InvalidFields, VersionMismatch
from chalicelib.domain.keys import Role
from chalicelib.domain.tallies import GROUPS
from chalicelib.services.campaigning import as_document
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.storage.campaigns import StoredCampaign

admin = Blueprint(__name__)
MERGE_PATCH = "application/merge-patch+json"


@route(admin, "/admin/campaigns", "GET", role=Role.READER)
def campaigns() -> Response:
    """The campaigns that the key reaches."""
    listed = wiring().campaigning.listed(key_at_hand(Role.READER))
    lines = [
        {
            "id": one.summary.id,
            "title": one.summary.title,
            "titles": one.summary.titles,
            "kind": one.summary.kind,
            "state": one.summary.state,
            "count": one.count,
            "goal": one.summary.goal,
            "version": one.summary.version,
        }
        for one in listed
    ]
    return json_answer({"campaigns": lines})


@route(admin, "/admin/campaigns/{campaign}", "GET", role=Role.READER)
def campaign(campaign: str) -> Response:
    """One campaign, whole."""
    stored = wiring().campaigning.stored(campaign)
    return json_answer(as_document(stored), etag=f'"{stored.campaign.version}"')


@route(admin, "/admin/campaigns/{campaign}", "PUT", role=Role.ORGANIZER, types=[bodies.JSON])
def put_campaign(campaign: str) -> Response:
    """Creates (a key for every campaign) or replaces (`If-Match` with the version)."""
    if not is_campaign_id(campaign):
        raise InvalidFields((FieldError("campaign", "bad_value", "an id is 1 to 64 of a-z, 0-9 and hyphens"),))
    asked = incoming()
    body = bodies.read_json(asked.body, most_bytes=bodies.MOST_BYTES_OF_A_CAMPAIGN)
    stored = wiring().campaigning.put(
        campaign, body, version=_version(asked.header("if-match")), key=key_at_hand(Role.ORGANIZER)
    )
    return _saved(stored, 201 if stored.campaign.version == 1 else 200)


def _saved(stored: StoredCampaign, status: int = 200) -> Response:
    return json_answer(as_document(stored), status, etag=f'"{stored.campaign.version}"')


@route(admin, "/admin/campaigns/{campaign}", "PATCH", role=Role.ORGANIZER, types=[bodies.JSON, MERGE_PATCH])
def patch_campaign(campaign: str) -> Response:
    """Changes some of a campaign by a JSON merge patch (`If-Match` with the version)."""
    asked = incoming()
    changes = bodies.read_json(asked.body, most_bytes=bodies.MOST_BYTES_OF_A_CAMPAIGN)
    stored = wiring().campaigning.patch(
        campaign, changes, version=_version(asked.header("if-match")), key=key_at_hand(Role.ORGANIZER)
    )
    return _saved(stored)


@route(admin, "/admin/campaigns/{campaign}", "DELETE", role=Role.ADMIN)
def delete_campaign(campaign: str) -> Response:
    """Removes a campaign that nobody signed."""
    wiring().campaigning.delete(campaign, key=key_at_hand(Role.ADMIN))
    return Response("", {"Cache-Control": "no-store"}, 204)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()):
        raise VersionMismatch
    return int(text)


@route(admin, "/admin/campaigns/{campaign}/counts", "GET", role=Role.READER)
def counts(campaign: str) -> Response:
    """All counters: totals by state and the breakdowns asked for (`?by=day,country`; all when absent)."""
    groups = _groups(incoming().query("by"))
    known = wiring().campaigning.fresh(campaign)
    tally = known.tally
    return json_answer(
        {
            "campaign": campaign,
            "as_of": known.as_of.isoformat(timespec="seconds"),
            "signatures": {
                "pending": tally.count("state:pending"),
                "confirmed": tally.confirmed,
                "withdrawn": tally.count("event:withdrawn"),
                "expired": tally.count("event:expired"),
                "external": tally.count("state:external"),
            },
            "public_count": known.public_count,
            "goal": known.campaign.goal,
            "by": {group: tally.group(group) for group in groups},
        }
    )


def _groups(by: str | None) -> tuple[str, ...]:
    if by is None:
        return GROUPS
    wanted = tuple(name.strip() for name in by.split(",") if name.strip())
    if not set(wanted) <= set(GROUPS):
        raise InvalidFields((FieldError("by", "not_an_option"),))
    return wanted
