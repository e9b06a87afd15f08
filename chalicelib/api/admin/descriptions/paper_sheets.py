"""What the routes of paper sheets take and return."""

from typing import Annotated, Any, Required

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.signatures import PaperSignature
from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Count, FieldProblem, Stamp
from chalicelib.domain.errors import CampaignNotOpen, NotFound, SheetOver
from chalicelib.domain.paper.cells import DayOrder
from chalicelib.services.paper.paper_sheets import BATCH_SIZE, Outcome

SheetId = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]
SheetIdOrNone = Annotated[str, Field(pattern="^([A-Za-z0-9-]{1,64})?$")]
BatchCursor = Annotated[str, Field(pattern="^[0-9]{0,6}$")]
RowNumber = Annotated[int, Field(ge=1, description="As spreadsheets count: the first is 1, and blank ones count.")]
RowError = FieldProblem


class Column(TypedDict):
    """A column of a sheet: `letters` as spreadsheets show them, and the field it is for."""

    letters: str
    title: str
    field: str


class UnclearDay(TypedDict):
    """The first day that could be two, such as 3/4/2025: its row, and both."""

    row: RowNumber
    day_first: str
    month_first: str


class SheetRow(TypedDict):
    """What a row says, with a reference. `alike_row` is an earlier row of the sheet with the same name and country."""

    row: RowNumber
    values: dict[str, Any]
    errors: list[FieldProblem]
    alike_row: RowNumber | None


class SheetReading(TypedDict):
    """What stands on a sheet. Send `days` if there is an `unclear_day`."""

    columns: list[Column]
    unclear_day: UnclearDay | None
    rows: list[SheetRow]


@with_config(ConfigDict(extra="forbid"))
class SheetFile(TypedDict, total=False):
    """A CSV file in base64, and its name: with it, a row is known again when the file comes again."""

    content: Required[
        Annotated[str, Field(pattern="^[A-Za-z0-9+/=]*$", json_schema_extra={"contentEncoding": "base64"})]
    ]
    name: Annotated[str, Field(max_length=255)]
    days: DayOrder


Rows = Annotated[list[PaperSignature], Field(max_length=BATCH_SIZE)]


@with_config(ConfigDict(extra="forbid"))
class RowsToCheck(TypedDict):
    """Up to 50 people, as `read` returned their values."""

    rows: Rows


@with_config(ConfigDict(extra="forbid"))
class RowsToEnter(RowsToCheck, total=False):
    """`sheet` is from the response to the first rows of the same sheet."""

    sheet: SheetIdOrNone


class RowResult(TypedDict):
    """What becomes of a row; `differs` names the fields in which it says something else than what stays."""

    outcome: Outcome
    errors: list[FieldProblem]
    differs: list[str]


class CheckedRows(TypedDict):
    """One result for each row, in order."""

    rows: list[RowResult]


class EnteredRows(TypedDict):
    """One result for each row, in order; `sheet` is null as long as none was new."""

    sheet: SheetId | None
    rows: list[RowResult]


class Sheet(TypedDict):
    """What was entered together. `key` is the id of the API key; `undo_until` is null once nothing can be taken back."""

    id: SheetId
    key: str
    begun_at: Stamp
    signatures: Count
    undone: Count
    undone_at: Stamp | None
    undo_until: Stamp | None


class Sheets(TypedDict):
    """Those of the last 30 days, newest first."""

    sheets: list[Sheet]


@with_config(ConfigDict(extra="forbid"))
class UndoSheet(TypedDict, total=False):
    """Where to continue: `cursor` is from the previous response."""

    cursor: BatchCursor


class UndoneRows(TypedDict):
    """How many this call took back, and where the next one continues."""

    undone: Count
    cursor: BatchCursor | None


TAG = "Signatures"
OPERATIONS = {
    "read_sheet": Operation(
        responses={200: returns_json("What stands on the sheet.", SheetReading)},
        body=takes_json(SheetFile),
        errors=(CampaignNotOpen,),
    ),
    "check_rows": Operation(
        responses={200: returns_json("What entering them would do.", CheckedRows)},
        body=takes_json(RowsToCheck),
        errors=(CampaignNotOpen,),
    ),
    "enter_rows": Operation(
        responses={200: returns_json("What became of them.", EnteredRows)},
        body=takes_json(RowsToEnter),
        errors=(CampaignNotOpen, NotFound, SheetOver),
    ),
    "list_sheets": Operation(responses={200: returns_json("Sheets, newest first.", Sheets)}),
    "undo_sheet": Operation(
        responses={200: returns_json("Up to 50 were taken back.", UndoneRows)},
        body=takes_json(UndoSheet),
        path={"id": SheetId},
        errors=(NotFound, SheetOver),
    ),
}
