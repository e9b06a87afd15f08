"""What the routes for signing in and out take and return."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.members import Member
from chalicelib.api.http.operations import NO_CONTENT, Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Stamp
from chalicelib.domain.access.member_requests import SessionRequest, SignInRequest
from chalicelib.domain.access.members import SESSION_ID
from chalicelib.domain.errors import LinkInvalid, NotASession, SessionNotFound

SessionId = Annotated[str, Field(pattern=f"^{SESSION_ID.pattern}$")]
SessionIdInPath = Annotated[str, Field(pattern="^[A-Za-z0-9]{1,40}$")]


class SignInRequested(TypedDict):
    """How long the link and the code are good for, if an email was sent."""

    good_for_minutes: int


class NewSession(TypedDict):
    """A new session: its secret, which is shown only once, when it ends unless it is used, and whose it is."""

    secret: str
    expires_at: Stamp
    member: Member


class Session(TypedDict):
    """A session: on what device, as far as its browser said, since when, when last used, and when it ends."""

    id: SessionId
    browser: str | None
    system: str | None
    created_at: Stamp
    used_at: Stamp
    expires_at: Stamp
    is_current: bool


class Sessions(TypedDict):
    """Sessions, newest first."""

    sessions: list[Session]


TAG = "Sessions"
OPERATIONS = {
    "request_sign_in": Operation(
        responses={202: returns_json("If that is a member's address, an email is on its way.", SignInRequested)},
        body=takes_json(SignInRequest),
    ),
    "begin_session": Operation(
        responses={201: returns_json("The session, with its secret.", NewSession)},
        body=takes_json(SessionRequest),
        errors=(LinkInvalid,),
    ),
    "list_sessions": Operation(responses={200: returns_json("The sessions.", Sessions)}, errors=(NotASession,)),
    "end_all_sessions": Operation(responses={204: NO_CONTENT}, errors=(NotASession,)),
    "end_session": Operation(
        responses={204: NO_CONTENT}, path={"session": SessionIdInPath}, errors=(NotASession, SessionNotFound)
    ),
}
