"""What the routes of members take and return."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import NO_CONTENT, Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Email, Language, SponsorId, Stamp
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.member_requests import MemberChanges, MemberRequest
from chalicelib.domain.access.members import MEMBER_ID
from chalicelib.domain.errors import (
    InvalidFields,
    LastAdmin,
    MemberExists,
    MemberNotFound,
    NoSenderForMembers,
    VersionMismatch,
)

MemberId = Annotated[str, Field(pattern=f"^{MEMBER_ID.pattern}$")]
MemberIdInPath = Annotated[str, Field(pattern="^[A-Za-z0-9]{1,40}$")]


class Member(TypedDict):
    """A person who organises. `signed_in_at` is when they last did, null until the first time."""

    id: MemberId
    email: Email
    name: str
    role: Role
    campaigns: list[str]
    sponsor: SponsorId | None
    language: Language
    created_at: Stamp
    invited_by: str | None
    signed_in_at: Stamp | None


class Members(TypedDict):
    """Every member, oldest first."""

    members: list[Member]


TAG = "Members"
OPERATIONS = {
    "list_members": Operation(responses={200: returns_json("Every member.", Members)}),
    "invite_member": Operation(
        responses={201: returns_json("The new member.", Member)},
        body=takes_json(MemberRequest),
        errors=(MemberExists, NoSenderForMembers),
    ),
    "change_member": Operation(
        responses={200: returns_json("The member as it is now.", Member)},
        path={"member": MemberIdInPath},
        body=takes_json(MemberChanges),
        errors=(MemberNotFound, MemberExists, LastAdmin, NoSenderForMembers, VersionMismatch, InvalidFields),
    ),
    "remove_member": Operation(
        responses={204: NO_CONTENT},
        path={"member": MemberIdInPath},
        errors=(MemberNotFound, LastAdmin, VersionMismatch),
    ),
    "sign_member_out": Operation(
        responses={204: NO_CONTENT}, path={"member": MemberIdInPath}, errors=(MemberNotFound,)
    ),
}
