"""What the routes of held emails take and answer."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Count, Counters, Cursor, NetworkName, Stamp
from chalicelib.domain.signatures.flags import HOLD_REASONS
from chalicelib.domain.signatures.signature_filters import ANY_REASON, DOMAIN

HeldReason = Literal[(ANY_REASON, *HOLD_REASONS)]  # type: ignore[valid-type]  # the names that the code knows


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


@with_config(ConfigDict(extra="forbid"))
class HeldSelection(TypedDict, total=False):
    """Which held emails are meant; all of them without any. `cursor` is from the answer before."""

    reason: HeldReason
    network: NetworkName
    domain: Annotated[str, Field(pattern=f"^{DOMAIN.pattern}$")]
    cursor: Cursor


TAG = "Held emails"
OPERATIONS = {
    "list_held": Operation(responses={200: returns_json("How many and why.", HeldOverview)}),
    "release_held": Operation(
        responses={200: returns_json("Up to a hundred were released.", Released)}, body=takes_json(HeldSelection)
    ),
    "drop_held": Operation(
        responses={200: returns_json("Up to a hundred were withdrawn.", Dropped)}, body=takes_json(HeldSelection)
    ),
}
