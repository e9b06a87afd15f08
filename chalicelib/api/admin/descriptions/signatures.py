"""What the routes of signatures take and answer."""

from typing import Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.schemas import Count, Cursor, Day, Email, Language, NetworkName, SignatureId, SponsorId, Stamp


class Mail(TypedDict):
    """What became of a signature's emails."""

    asked_at: Stamp | None
    sent_at: Stamp | None
    reminded_at: Stamp | None
    thanked_at: Stamp | None
    stands_asked_at: Stamp | None
    stands_sent_at: Stamp | None
    held_at: Stamp | None
    cleared_at: Stamp | None
    sends: Count
    outcome: str | None
    delivery: str | None


# Answers to a campaign's own questions are named `custom.<name>`.
@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class Signature(TypedDict):
    """One signature. What was left empty is left out, and so is what a sponsor is not told: `network`, `flags`, `held`."""

    id: SignatureId
    state: Literal["pending", "confirmed", "external"]
    signed_at: Stamp
    confirmed_at: Stamp | None
    withdrawn_at: None
    day: Day | None
    email: Email | Literal[""]
    given_name: NotRequired[str]
    family_name: NotRequired[str]
    organization: NotRequired[str]
    title: NotRequired[str]
    country: NotRequired[str]
    region: NotRequired[str]
    locality: NotRequired[str]
    postal_code: NotRequired[str]
    phone: NotRequired[str]
    comment: NotRequired[str]
    language: Language
    public: bool
    consents: list[SponsorId]
    network: NotRequired[NetworkName | None]
    flags: NotRequired[list[str]]
    held: NotRequired[str | None]
    source: str
    referrer: str
    utm: dict[str, str]
    text_version: int
    mail: Mail


class WithdrawnSignature(TypedDict):
    """What is left of a signature that was withdrawn, for 30 days."""

    id: SignatureId
    state: Literal["withdrawn"]
    signed_at: Stamp
    confirmed_at: Stamp | None
    withdrawn_at: Stamp | None


class SignaturePage(TypedDict):
    """Some signatures, newest first; without a cursor there are no more."""

    signatures: list[Signature | WithdrawnSignature]
    cursor: Cursor | None


class FoundSignatures(TypedDict):
    """The signature of an address, or none."""

    signatures: list[Signature | WithdrawnSignature]
