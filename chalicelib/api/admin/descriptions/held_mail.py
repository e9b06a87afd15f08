"""What the routes of held emails take and return."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Count, Counters, Cursor, CursorOrNone, NetworkName, Stamp
from chalicelib.domain.signatures.filter_values import ANY_REASON
from chalicelib.domain.signatures.flags import HOLD_REASONS
from chalicelib.domain.signatures.signature_filters import DOMAIN

HeldReason = Literal[(ANY_REASON, *HOLD_REASONS)]  # type: ignore[valid-type]  # the names that the code knows


class HeldGroup(TypedDict):
    """Held signatures that share an origin."""

    reason: str
    network: NetworkName | None
    domain: str | None
    signatures: Count


class Anomaly(TypedDict):
    """An unlikely share of one hour's signatures."""

    kind: Literal["network", "domain", "source"]
    share: float
    signatures: Count
    label: str
    seen_at: Stamp


class HeldOverview(TypedDict):
    """How many emails are held and why; `groups` are of the newest 500."""

    campaign: CampaignId
    held: Counters
    groups: list[HeldGroup]
    trends: list[Anomaly]
    looked_at: Count
    is_whole: bool


class Released(TypedDict):
    """How many this call released, and where the next one continues."""

    released: Count
    cursor: Cursor | None


class Dropped(TypedDict):
    """How many this call withdrew, and where the next one continues."""

    dropped: Count
    cursor: Cursor | None


@with_config(ConfigDict(extra="forbid"))
class HeldSelection(TypedDict, total=False):
    """Which held emails to act on; by default all of them. `cursor` is from the previous response."""

    reason: HeldReason
    network: NetworkName
    domain: Annotated[str, Field(pattern=f"^{DOMAIN.pattern}$")]
    cursor: CursorOrNone


TAG = "Held emails"
OPERATIONS = {
    "list_held": Operation(responses={200: returns_json("How many and why.", HeldOverview)}),
    "release_held": Operation(
        responses={200: returns_json("Up to 100 were released.", Released)}, body=takes_json(HeldSelection)
    ),
    "drop_held": Operation(
        responses={200: returns_json("Up to 100 were withdrawn.", Dropped)}, body=takes_json(HeldSelection)
    ),
}
