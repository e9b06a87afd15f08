"""What the routes for a member's notices take and return."""

from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.domain.access.notice_requests import NoticeChanges
from chalicelib.domain.access.notices import Digest
from chalicelib.domain.errors import NotASession


class Notices(TypedDict):
    """What a member is told by email: how often a digest, and whether at once what is urgent."""

    digest: Digest
    at_once: bool


TAG = "Members"
OPERATIONS = {
    "get_notices": Operation(responses={200: returns_json("What you are told.", Notices)}, errors=(NotASession,)),
    "change_notices": Operation(
        responses={200: returns_json("What you are told from now on.", Notices)},
        body=takes_json(NoticeChanges),
        errors=(NotASession,),
    ),
}
