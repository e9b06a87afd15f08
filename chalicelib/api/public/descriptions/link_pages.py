"""What the pages behind the links in emails take and answer."""

from typing import NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.schemas import CampaignId, Email, Language, SignatureId, SponsorId, Stamp
from chalicelib.domain.signatures.signature import SignatureState


# Answers to a campaign's own questions are named `custom.<name>`.
@with_config(ConfigDict(json_schema_extra={"patternProperties": {r"^custom\.": {"type": "string"}}}))
class SignatureFile(TypedDict):
    """Everything that is held about a signature, as its signer downloads it; what is not there is left out."""

    campaign: CampaignId
    signature: SignatureId
    state: SignatureState
    signed_at: Stamp
    confirmed_at: NotRequired[Stamp]
    email: Email
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
    source: str
    network: str
    flags: list[str]
    referrer: str
    utm_source: NotRequired[str]
    utm_medium: NotRequired[str]
    utm_campaign: NotRequired[str]
    utm_term: NotRequired[str]
    utm_content: NotRequired[str]
