"""What the routes of campaigns take and answer."""

from typing_extensions import TypedDict

from chalicelib.api.http.schemas import CampaignId, Count, Language, Stamp
from chalicelib.domain.campaigns.campaign import CampaignKind, CampaignState


class CampaignLine(TypedDict):
    """One campaign in the list, with its counters; `today` and `yesterday` are days where the campaign is."""

    id: CampaignId
    title: str
    titles: dict[Language, str]
    kind: CampaignKind
    state: CampaignState
    goal: int | None
    version: int
    archived: bool
    mail_paused: bool
    time_zone: str
    opens_at: Stamp | None
    closes_at: Stamp | None
    is_open: bool
    count: Count
    confirmed: Count
    pending: Count
    external: Count
    held: Count
    bounced: Count
    today: Count
    yesterday: Count


class CampaignLines(TypedDict):
    """The campaigns that the key reaches."""

    campaigns: list[CampaignLine]
