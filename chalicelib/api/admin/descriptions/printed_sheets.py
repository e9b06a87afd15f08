"""What the route of sheets for paper takes and returns."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import JSON, Operation, Parameter, Response
from chalicelib.api.http.schemas import Url
from chalicelib.domain.errors import BeingMade, InvalidFields
from chalicelib.domain.paper.printed_sheets import MOST_ROWS
from chalicelib.domain.paper_sizes import Paper


class PrintedSheetLink(TypedDict):
    """Where the PDF can be fetched for the next 15 minutes."""

    url: Url


TAG = "Signatures"
# `lang`, which every route takes, is here one of the campaign's languages.
OPERATIONS = {
    "get_printed_sheet": Operation(
        responses={
            200: Response("For programs that want JSON: the address of the PDF.", {JSON: PrintedSheetLink}),
            303: Response("Leads to the PDF.", headers=("Location", "Cache-Control")),
        },
        parameters=(
            Parameter(name="paper", type=Literal[*Paper], description="What it is printed on: `a4` unless told."),
            Parameter(
                name="rows",
                type=Annotated[int, Field(ge=1, le=MOST_ROWS)],
                description="How many lines; without it, as many as fit on one page.",
            ),
        ),
        errors=(InvalidFields, BeingMade),
    ),
}
