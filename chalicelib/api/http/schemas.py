"""The values that routes take and return, each with the limits that the code enforces; only `/openapi.json` loads them."""

from enum import StrEnum
from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.domain.addresses.email_addresses import MAX_EMAIL_LENGTH
from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, PSEUDONYM_LENGTH, hash_pattern
from chalicelib.domain.campaigns.campaign import CAMPAIGN_ID
from chalicelib.domain.campaigns.document_types import Language, SponsorId
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.domain.text import text_rules
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.domain.timestamps import DAY

__all__ = ["Language", "SponsorId"]

CampaignId = Annotated[str, Field(pattern=f"^{CAMPAIGN_ID.pattern}$")]
SignatureId = Annotated[str, Field(pattern=f"^{hash_pattern(ID_LENGTH)}$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
NetworkName = Annotated[str, Field(pattern=f"^{hash_pattern(PSEUDONYM_LENGTH)}$")]
Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]
Cursor = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=400)]
# Where to go on; empty is the beginning.
CursorOrNone = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]*$", max_length=400)]
Day = Annotated[str, Field(pattern=f"^{DAY.pattern}$", json_schema_extra={"format": "date"})]
Stamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH, json_schema_extra={"format": "email"})]
Count = Annotated[int, Field(ge=0)]
Counters = dict[str, Count]
# Texts that a signer types: no control characters, nor marks that turn the direction; names do not begin like a formula.
CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff"
NO_CONTROLS = f"^[^{CONTROLS}]*$"
NO_CONTROLS_BUT_LINES = rf"^([^{CONTROLS}]|[\t\n]|\r\n)*$"
NO_FORMULA = f"^([^=+@{CONTROLS}-][^{CONTROLS}]*)?$"
Line = Annotated[str, Field(max_length=text_rules.MAX_NAME_LENGTH, pattern=NO_CONTROLS)]
PersonName = Annotated[str, Field(max_length=text_rules.MAX_NAME_LENGTH, pattern=NO_FORMULA)]
PostalCode = Annotated[str, Field(max_length=PERSON_FIELDS["postal_code"].max_length, pattern=NO_CONTROLS)]
Phone = Annotated[str, Field(max_length=PERSON_FIELDS["phone"].max_length, pattern=NO_CONTROLS)]
Comment = Annotated[str, Field(max_length=PERSON_FIELDS["comment"].max_length, pattern=NO_CONTROLS_BUT_LINES)]
SourceLabel = Annotated[str, Field(pattern="^[A-Za-z0-9._-]{1,40}$")]
Source = Annotated[str, Field(pattern="^[A-Za-z0-9._-]{0,40}$")]
Country = StrEnum("Country", [(code, code) for code in sorted(COUNTRIES)])  # type: ignore[misc]  # made from the list


RegionName = Annotated[
    str, Field(description="What the region with that code is called in the reader's language, else as typed.")
]


class PersonFields(TypedDict, total=False):
    """What a form may ask of a person; what was left empty is left out."""

    given_name: PersonName
    family_name: PersonName
    organization: PersonName
    title: PersonName
    country: Country
    region: Line
    locality: Line
    postal_code: PostalCode
    phone: Phone
    comment: Comment


class PublicBreakdowns(TypedDict, total=False):
    """Confirmed signatures by country and region; labels of fewer than five are `other`."""

    country: Counters
    region: Counters


@with_config(ConfigDict(extra="forbid"))
class Address(TypedDict):
    """An email address, however it is spelled; it is never part of a URL."""

    email: Email


class FieldProblem(TypedDict):
    """What is wrong with one field, as a code and in the reader's language."""

    field: str
    code: str
    message: str


class Problem(TypedDict):
    """An error (RFC 9457). `code` never changes; `errors` is there only with the code `invalid`, `recipients` with `recipients_changed`."""

    type: Literal["about:blank"]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: str
    errors: NotRequired[list[FieldProblem]]
    recipients: NotRequired[Count]
