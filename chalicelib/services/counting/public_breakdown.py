"""How many signed from where, for everybody: only where a campaign says so, and never of fewer than five."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.counting.tallies import PUBLIC_GROUPS
from chalicelib.domain.errors import InvalidFields, NotFound

if TYPE_CHECKING:
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot


def public_breakdown(snapshot: CampaignSnapshot, by: str | None) -> dict[str, dict[str, int]]:
    """Returns the groups that `by` names, separated by commas, `{group: {label: n}}`; nothing without it.

    Raises NotFound where the campaign does not show them, InvalidFields for another group.
    """
    if by is None:
        return {}
    if not (snapshot.campaign.show_breakdown and snapshot.campaign.show_count):
        raise NotFound
    groups = [name.strip() for name in by.split(",") if name.strip()]
    if not set(groups) <= set(PUBLIC_GROUPS):
        raise InvalidFields.one("by", "not_an_option", options=", ".join(PUBLIC_GROUPS))
    return {group: snapshot.tally.shown_group(group) for group in groups}
