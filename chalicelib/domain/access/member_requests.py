"""Checks what admins write about members; unknown fields are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.access.api_key_requests import CampaignOrAll
from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.access.members import Access, Member
from chalicelib.domain.addresses.email_addresses import MAX_EMAIL_LENGTH, clean_email, email_mistake, valid_email
from chalicelib.domain.addresses.mailboxes import can_be_emailed
from chalicelib.domain.campaigns.document_types import SponsorId
from chalicelib.domain.documents import SingleLine, Visible, refusal, validate
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text.text_rules import error_code

MAX_NAME_LENGTH = 100
# Emails to members are written in all languages of emails, the dashboard in two of them.
MemberLanguage = Literal["en", "es", "fr", "pt", "ar"]


def _email(value: str) -> str:
    address = clean_email(value)
    if valid_email(address) is None:
        raise refusal(email_mistake(address))
    if not can_be_emailed(address):
        raise refusal("email_beyond_ascii")
    return address


def _name(value: str) -> str:
    if code := error_code(value, limit=MAX_NAME_LENGTH, is_name=True):
        raise refusal(code)
    return value


MemberEmail = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_email),
    Field(json_schema_extra={"format": "email"}),
]
MemberName = Annotated[
    SingleLine, StringConstraints(min_length=1, max_length=MAX_NAME_LENGTH), Visible, AfterValidator(_name)
]
CampaignsOrAll = Annotated[tuple[CampaignOrAll, ...], Field(min_length=1, max_length=100)]


class MemberRequest(BaseModel):
    """The body of `POST /admin/members`: a person, and what they may do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: MemberEmail
    name: MemberName
    role: Role
    campaigns: CampaignsOrAll = (EVERY_CAMPAIGN,)
    sponsor: SponsorId | None = None
    language: MemberLanguage = "en"

    @property
    def access(self) -> Access:
        """What they may do."""
        return Access(role=self.role, campaigns=self.campaigns, sponsor=self.sponsor or "")


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class MemberChanges(BaseModel):
    """The body of `PATCH /admin/members/{member}`: only what is to be different. `null` takes a sponsor away."""

    # The defaults are never read: what is left out stays as it is.
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_without_defaults)

    email: MemberEmail = ""
    name: MemberName = ""
    role: Role = Role.READER
    campaigns: CampaignsOrAll = ()
    sponsor: SponsorId | None = None
    language: MemberLanguage = "en"


class SignInRequest(BaseModel):
    """The body of `POST /admin/sign-in`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: MemberEmail


def _token_or_code(schema: dict[str, Any]) -> None:
    _without_defaults(schema)
    schema["anyOf"] = [{"required": ["token"]}, {"required": ["email", "code"]}]


class SessionRequest(BaseModel):
    """The body of `POST /admin/sessions`: the token of a link, or an address and the code that was sent to it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra=_token_or_code,
    )

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)] = ""
    email: Annotated[str, StringConstraints(min_length=1, max_length=MAX_EMAIL_LENGTH)] = ""
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] = ""


def parse(body: object) -> MemberRequest:
    """The checked request. Raises InvalidFields."""
    request = validate(MemberRequest, body, whole="member")
    _check(request.access)
    return request


def parse_changes(body: object, member: Member) -> MemberRequest:
    """What `member` is to be, with the changes. Raises InvalidFields."""
    changes = validate(MemberChanges, body, whole="member").model_dump(exclude_unset=True)
    now = {
        "email": member.email,
        "name": member.name,
        "role": member.access.role,
        "campaigns": member.access.campaigns,
        "sponsor": member.access.sponsor or None,
        "language": member.language,
    }
    if changes.get("role") == Role.ADMIN and "campaigns" not in changes:
        changes["campaigns"] = (EVERY_CAMPAIGN,)
    request = MemberRequest.model_construct(**{**now, **changes})
    _check(request.access)
    return request


def _check(access: Access) -> None:
    if access.sponsor and (access.role is Role.ADMIN or EVERY_CAMPAIGN in access.campaigns):
        raise InvalidFields.one("sponsor", "sponsor_key_too_wide")
    if access.role is Role.ADMIN and access.campaigns != (EVERY_CAMPAIGN,):
        raise InvalidFields.one("campaigns", "admin_key_reaches_all")


def parse_sign_in(body: object) -> str:
    """The address that wants to sign in. Raises InvalidFields."""
    return validate(SignInRequest, body, whole="body").email


def parse_session(body: object) -> SessionRequest:
    """The checked request: a token, or else an address with a code. Raises InvalidFields."""
    request = validate(SessionRequest, body, whole="body")
    if not request.token and not request.email:
        raise InvalidFields.one("email" if request.code else "token", "missing")
    if not request.token and not request.code:
        raise InvalidFields.one("code", "missing")
    return request
