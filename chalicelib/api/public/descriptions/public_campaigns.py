"""What everybody may see of a campaign, in one language."""

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.api.http.schemas import CampaignId, Count, Day, Language, SponsorId, Stamp
from chalicelib.domain.campaigns.campaign import CampaignKind, Confirmation, FieldType, HandsOver


class TargetName(TypedDict):
    """A person or body whom the campaign addresses."""

    name: str


class Sponsor(TypedDict):
    """A sponsor of the campaign; signers consent to its emails by its `id`."""

    id: SponsorId
    name: str
    url: str
    privacy_url: str


class FormField(TypedDict):
    """One field of the form."""

    name: str
    type: FieldType
    required: bool
    label: str
    options: list[str]


class PublicDelivery(TypedDict):
    """One time that the campaign was handed over; `words` and `url` may be empty."""

    target: str
    date: Day
    words: str
    url: str


class PublicCampaign(TypedDict):
    """A campaign in one language, as everybody may see it; `body_html` is safe to insert as it is."""

    campaign: CampaignId
    kind: CampaignKind
    state: Literal["open", "closed"]
    language: Language
    languages: list[Language]
    title: str
    summary: str
    body_html: str
    call_to_action: str
    targets: list[TargetName]
    sponsors: list[Sponsor]
    fields: list[FormField]
    confirmation: Confirmation
    show_signers: bool
    show_comments: bool
    hands_over: HandsOver
    ask_updates: bool
    show_breakdown: bool
    opens_at: Stamp | None
    closes_at: Stamp | None
    goal: int | None
    count: Count | None
    delivered: list[PublicDelivery]
