"""What other sites and crawlers send and receive."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.api.http.operations import NOT_MODIFIED, Operation, Parameter, Response, returns_json
from chalicelib.api.http.schemas import Url
from chalicelib.domain.errors import CampaignNotFound, FormatNotOffered, NotFound
from chalicelib.pages.widget.documents import Embedding

CACHED = ("ETag", "Cache-Control", "Content-Language")
Pixels = Annotated[int, Field(ge=1, le=999_999)]

TAG = "Shared and embedded"
OPERATIONS = {
    "get_share_card": Operation(
        responses={200: Response("The picture, 1200 by 630.", {"image/png": bytes}, CACHED), 304: NOT_MODIFIED},
        errors=(NotFound,),
    ),
    "get_oembed": Operation(
        responses={200: returns_json("What to show.", Embedding, *CACHED), 304: NOT_MODIFIED},
        parameters=(
            Parameter(name="url", type=Url, description="The URL of a hosted page.", required=True),
            Parameter(name="maxwidth", type=Pixels, description="Maximum width."),
            Parameter(name="maxheight", type=Pixels, description="Maximum height."),
            Parameter(
                name="format",
                type=Literal["json"],
                description="Any other value is answered with 501, as oEmbed requires.",
            ),
        ),
        errors=(CampaignNotFound, NotFound, FormatNotOffered),
    ),
    "get_favicon": Operation(responses={204: Response("There is no icon.", headers=("Cache-Control",))}),
    "get_robots_txt": Operation(
        responses={200: Response("Which paths crawlers must not visit.", {"text/plain": str}, ("Cache-Control",))}
    ),
}
