"""What the routes of the dashboard take and answer."""

from typing_extensions import TypedDict

from chalicelib.api.http.schemas import CampaignId, Language, SponsorId, Stamp, Url
from chalicelib.domain.access.api_keys import Role


class CurrentKey(TypedDict):
    """What the key of this request may do."""

    id: str
    name: str
    role: Role
    campaigns: list[str]
    sponsor: SponsorId | None
    expires_at: Stamp | None


class Snippet(TypedDict):
    """What to paste into a page: HTML, but for `link` (an address) and `qr` (an SVG)."""

    widget: str
    form: str
    iframe: str
    link: Url
    qr: str


class Snippets(TypedDict):
    """Snippets by language."""

    campaign: CampaignId
    snippets: dict[Language, Snippet]
