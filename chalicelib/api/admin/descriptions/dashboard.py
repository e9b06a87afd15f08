"""What the routes of the dashboard take and return."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, Parameter, Response, returns_html, returns_json, takes_json
from chalicelib.api.http.schemas import CampaignId, Language, SponsorId, Stamp, Url
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.campaign_documents import CampaignDocument
from chalicelib.domain.errors import InvalidFields, NotFound


class CurrentKey(TypedDict):
    """Who makes this request, by a key or a session, and what they may do.

    For a session, `id` and `name` are those of the member, and `session` is its own id.
    """

    how: Literal["key", "session"]
    id: str
    name: str
    role: Role
    campaigns: list[str]
    sponsor: SponsorId | None
    expires_at: Stamp | None
    session: str | None
    email: str | None
    language: Language | None


class Snippet(TypedDict):
    """What to paste into a page: HTML, except `link` (a URL) and `qr` (an SVG)."""

    widget: str
    form: str
    iframe: str
    link: Url
    qr: str


class Snippets(TypedDict):
    """Snippets by language."""

    campaign: CampaignId
    snippets: dict[Language, Snippet]


class PreviewLink(TypedDict):
    """A private link to a draft, and until when it is good."""

    url: Url
    expires_at: Stamp


AssetVersion = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
AssetName = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+\.(js|css|txt)$")]

TAG = "Dashboard"
OPERATIONS = {
    "show_dashboard": Operation(
        responses={
            200: returns_html("The dashboard's page, without data.", "Cache-Control"),
            303: Response("The dashboard has a host of its own.", headers=("Location", "Cache-Control")),
        }
    ),
    "get_dashboard_asset": Operation(
        responses={
            200: Response(
                "The file.",
                {"text/javascript": str, "text/css": str, "text/plain": str},
                ("Cache-Control",),
            )
        },
        path={"version": AssetVersion, "name": AssetName},
        errors=(NotFound,),
    ),
    "get_own_key": Operation(responses={200: returns_json("Who it is, and what they may do.", CurrentKey)}),
    "get_snippets": Operation(
        responses={200: returns_json("What to paste, by language.", Snippets)},
        parameters=(
            Parameter(name="source", type=str, description="Counts those who sign by them under this source."),
        ),
        errors=(InvalidFields,),
    ),
    "make_preview_link": Operation(responses={201: returns_json("The link.", PreviewLink)}),
    "preview_campaign": Operation(
        responses={200: returns_html("The page as it would look.")}, body=takes_json(CampaignDocument), errors=()
    ),
}
