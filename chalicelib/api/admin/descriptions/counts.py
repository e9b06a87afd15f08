"""What the routes of counts and statement versions take and return."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import JSON, Operation, Parameter, Response, returns_json
from chalicelib.api.http.schemas import CampaignId, Count, Counters, Day, Language, Stamp
from chalicelib.api.public.descriptions.link_pages import Statement
from chalicelib.domain.counting.tallies import GROUPS
from chalicelib.domain.errors import InvalidFields, NotFound


class Totals(TypedDict):
    """Signatures by state; `withdrawn` and `expired` count how often that happened."""

    pending: Count
    confirmed: Count
    withdrawn: Count
    expired: Count
    external: Count


class Withdrawn(TypedDict):
    """How often signatures were withdrawn, by whom; `erased` ones because everything about the person was."""

    signer: Count
    organizer: Count
    erased: Count


class Funnel(TypedDict):
    """How many signatures ever reached each stage."""

    received: Count
    mailed: Count
    delivered: Count
    bounced: Count
    confirmed: Count


class Breakdowns(TypedDict, total=False):
    """Confirmed signatures by label, for each requested group."""

    day: Counters
    country: Counters
    region: Counters
    language: Counters
    source: Counters
    sponsor: Counters
    signer: Counters


RegionNames = Annotated[
    dict[str, str], Field(description="What the regions of `by` are called in the reader's language, by code.")
]


class Growth(TypedDict):
    """Confirmations less withdrawals; `since` says from when they are really counted."""

    since: Stamp
    confirmed: int


class Counts(TypedDict):
    """All counters of a campaign."""

    campaign: CampaignId
    as_of: Stamp
    time_zone: str
    today: Day
    signatures: Totals
    withdrawn: Withdrawn
    want_updates: Count
    comments_waiting: Count
    external_count: Count
    public_count: Count
    goal: int | None
    held: Counters
    flags: Counters
    by: Breakdowns
    region_names: NotRequired[RegionNames]
    funnel: Funnel
    growth: NotRequired[Growth]


class TextVersion(TypedDict):
    """One version of the statement."""

    text_version: int
    saved_at: Stamp
    languages: list[Language]


class TextVersions(TypedDict):
    """Every version, oldest first."""

    texts: list[TextVersion]


class StatementTarget(TypedDict):
    """A target of that version; `names` by language, where the name differs."""

    name: str
    names: dict[Language, str]


class WholeText(TypedDict):
    """One version of the whole statement."""

    text_version: int
    saved_at: Stamp
    texts: dict[Language, Statement]
    targets: list[StatementTarget]


TextNumber = Annotated[str, Field(pattern=r"^[1-9]\d{0,5}$")]

TAG = "Counts"
OPERATIONS = {
    "get_counts": Operation(
        responses={200: Response("All counters.", {JSON: Counts, "text/csv": str})},
        parameters=(
            Parameter(
                name="by",
                type=list[Literal[GROUPS]],  # type: ignore[valid-type]  # the names that the code knows
                description="Which breakdowns, separated by commas; all by default.",
            ),
            Parameter(
                name="since",
                type=Stamp | Day,
                description="A moment with a UTC offset or a day of the campaign, not in the future: adds `growth` since then.",
            ),
            Parameter(
                name="format",
                type=Literal["json", "csv"],
                description="The format of the response; without it, `Accept` may request CSV.",
            ),
        ),
        errors=(InvalidFields,),
    ),
    "list_statements": Operation(responses={200: returns_json("Every version, oldest first.", TextVersions)}),
    "get_statement": Operation(
        responses={200: returns_json("The whole version.", WholeText)},
        path={"version": TextNumber},
        errors=(NotFound,),
    ),
}
