"""Pictures for organisers: a file comes in parts, and a picture or logo is made of it in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.problems import with_messages
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.pictures import PictureFile, PictureUse
from chalicelib.domain.errors import FieldError
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.api.admin.descriptions import pictures as body_types
    from chalicelib.services.pictures.picture_uploads import PictureStatus

pictures = Blueprint(__name__)

ALL = "/admin/campaigns/{campaign}/pictures"
SHOWN = {PictureUse.PICTURE: PictureFile.SMALL, PictureUse.LOGO: PictureFile.LOGO}


@route(pictures, "/admin/campaigns/{campaign}/uploads/{upload}/{part}", "PUT", role=Role.ORGANIZER)
def put_upload_part(campaign: str, upload: str, part: str) -> Response:
    """Takes one part of a file: the first, second or third 4 MiB."""
    current_key(Role.ORGANIZER, campaign)
    wiring().picture_uploads.add_part(campaign, upload, part, current_request().body)
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(pictures, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def request_picture(campaign: str) -> Response:
    """Has a picture or logo made of a file whose parts were sent before."""
    from chalicelib.domain.campaigns import picture_documents  # loads pydantic, so only when it is needed

    current_key(Role.ORGANIZER, campaign)
    request = current_request()
    asked = picture_documents.parse(bodies.read_json(request.body))
    status = wiring().picture_uploads.request(campaign, upload=asked.upload, size=asked.size, use=asked.use)
    location = f"{request.base_url}/admin/campaigns/{campaign}/pictures/{status.id}"
    return json_response(_status(status), 202, location=location)


@route(pictures, f"{ALL}/{{id}}", "GET", role=Role.ORGANIZER)
def get_picture_status(campaign: str, id: str) -> Response:  # noqa: A002 - as everywhere
    """Says how far a picture has come, and why it was refused."""
    current_key(Role.ORGANIZER, campaign)
    return json_response(_status(wiring().picture_uploads.status(campaign, id)))


def _status(status: PictureStatus) -> body_types.PictureStatus:
    picture, base_url = status.picture, current_request().base_url
    return {
        "id": status.id,
        "use": status.use,
        "state": status.state,
        "picture": picture.id if picture else None,
        "width": picture.size[0] if picture else None,
        "height": picture.size[1] if picture else None,
        "url": f"{base_url}{picture.path(SHOWN[status.use])}" if picture else None,
        "errors": _messages([status.code] if status.code else []),
        "warnings": _messages(status.warnings),
    }


def _messages(codes: Iterable[str]) -> list[body_types.PictureMessage]:
    faults = [FieldError("file", code) for code in codes]
    return [
        {"field": one.field, "code": one.code, "message": one.message}
        for one in with_messages(faults, current_request().language)
    ]
