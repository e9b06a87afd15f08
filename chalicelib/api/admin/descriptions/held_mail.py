"""What the routes of held emails take and answer."""

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.api.http.schemas import CampaignId, Count, Counters, Cursor, NetworkName, Stamp


class HeldGroup(TypedDict):
    """Held signatures of one origin."""

    reason: str
    network: NetworkName | None
    domain: str | None
    signatures: Count


class Anomaly(TypedDict):
    """An unlikely share of what came in within an hour."""

    kind: Literal["network", "domain", "source"]
    share: float
    signatures: Count
    label: str
    seen_at: Stamp


class HeldOverview(TypedDict):
    """How many emails are held and why; `groups` are made of the newest 500."""

    campaign: CampaignId
    held: Counters
    groups: list[HeldGroup]
    trends: list[Anomaly]
    looked_at: Count
    is_whole: bool


class Released(TypedDict):
    """How many were released by this call, and where the next one goes on."""

    released: Count
    cursor: Cursor | None


class Dropped(TypedDict):
    """How many were withdrawn by this call, and where the next one goes on."""

    dropped: Count
    cursor: Cursor | None
