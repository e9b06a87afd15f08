"""What the route of sheets for paper takes and returns."""

from typing_extensions import TypedDict

from chalicelib.api.http.operations import JSON, Operation, Parameter, Response
from chalicelib.api.http.schemas import Url
from chalicelib.domain.errors import BeingMade, InvalidFields


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
            Parameter(name="paper", type=str, description="`a4` (default) or `letter`."),
            Parameter(
                name="rows", type=str, description="How many lines, up to 200; without it, as many as fit on one page."
            ),
        ),
        errors=(InvalidFields, BeingMade),
    ),
}
