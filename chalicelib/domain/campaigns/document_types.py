"""The types of what organisers write in a campaign document: each checks one value and brings it into the form that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator as After
from pydantic import Field, StringConstraints

from chalicelib.domain.addresses.email_addresses import valid_email
from chalicelib.domain.addresses.mailboxes import can_be_emailed
from chalicelib.domain.campaigns import web_addresses
from chalicelib.domain.campaigns.campaign import LANGUAGE
from chalicelib.domain.documents import SingleLine, Visible, WholeNumber, matching, refusal
from chalicelib.domain.text import text_rules

if TYPE_CHECKING:
    from collections.abc import Callable


def _origin(value: str) -> str:
    try:
        return web_addresses.origin(value)
    except web_addresses.BadAddress as error:
        raise refusal(error.code) from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise refusal("bad_time_zone") from None
    return value


def _url(value: str) -> str:
    try:
        return web_addresses.web_address(value)
    except web_addresses.BadAddress as error:
        raise refusal(error.code) from None


def _address(value: str) -> str:
    address = valid_email(value)
    if address is None:
        raise refusal("not_an_email")
    if not can_be_emailed(address):
        raise refusal("email_beyond_ascii")
    return address


def _unless_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: check(value) if value else value


def _text(value: str) -> str:
    """A text of several lines, as it is, unless nothing of it can be seen."""
    return value if text_rules.is_visible(value) else ""


def _no_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


Language = Annotated[str, *matching(LANGUAGE.pattern, "bad_language")]
Name = Annotated[SingleLine, StringConstraints(min_length=1, max_length=200), Visible]
Url = Annotated[str, StringConstraints(max_length=500), After(_url), Field(json_schema_extra={"format": "uri"})]
Address = Annotated[str, After(_address), Field(json_schema_extra={"format": "email"})]
Origin = Annotated[str, After(_origin)]
# One type, not a union with the empty string: pydantic would put both branches into the path of an error.
UrlOrNone = Annotated[str, StringConstraints(max_length=500), After(_unless_empty(_url))]
AddressOrNone = Annotated[str, After(_unless_empty(_address))]
EmailLimit = Annotated[int, Field(ge=1, le=100_000_000), *WholeNumber]
ColourOrNone = Annotated[str, StringConstraints(to_lower=True), *matching("(#[0-9a-fA-F]{6})?", "bad_color")]
SponsorId = Annotated[str, *matching("[a-z0-9][a-z0-9_-]{0,39}", "bad_id", limit=40)]
# As links name it: the label of a counter (`text_rules.source_label`).
Source = Annotated[str, *matching("[a-z0-9._-]{1,40}", "bad_source")]
SourceName = Annotated[SingleLine, StringConstraints(min_length=1, max_length=60), Visible]
SiteKey = Annotated[str, *matching("[A-Za-z0-9_-]{1,100}", "bad_site_key")]
TimeZone = Annotated[str, After(_zone)]
Origins = Annotated[tuple[Origin, ...], Field(max_length=100), After(_no_repeats)]
# Behind the longest that a text of several lines may be: empty when nothing of it can be seen.
OrNothing = After(_text)
