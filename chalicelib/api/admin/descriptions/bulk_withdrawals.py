"""What the routes of bulk withdrawals take and return."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.flood_bodies import WithdrawalId
from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Count, Cursor, CursorOrNone, Stamp
from chalicelib.domain.errors import InvalidFields, NotFound, WithdrawalOver


class BulkWithdrawal(TypedDict):
    """What was withdrawn together. `key` is the id of the API key; `undo_until` is null once nothing can be restored."""

    id: WithdrawalId
    key: str
    begun_at: Stamp
    filters: dict[str, str]
    signatures: Count
    restored: Count
    undone_at: Stamp | None
    undo_until: Stamp | None


class Withdrawals(TypedDict):
    """Those of the last 30 days, newest first."""

    withdrawals: list[BulkWithdrawal]


@with_config(ConfigDict(extra="forbid"))
class Undo(TypedDict, total=False):
    """Where to continue: `cursor` is from the previous response."""

    cursor: CursorOrNone


class UndoneBatch(TypedDict):
    """How many this call restored, and where the next one continues."""

    restored: Count
    cursor: Cursor | None


TAG = "Signatures"
OPERATIONS = {
    "list_withdrawals": Operation(responses={200: returns_json("Bulk withdrawals, newest first.", Withdrawals)}),
    "undo_withdrawal": Operation(
        responses={200: returns_json("Up to 100 were restored.", UndoneBatch)},
        body=takes_json(Undo),
        path={"id": WithdrawalId},
        errors=(NotFound, WithdrawalOver, InvalidFields),
    ),
}
