"""What the withdrawal of a flood takes and returns."""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.schemas import Count, Cursor, CursorOrNone, Day, NetworkName, SourceLabel, Stamp
from chalicelib.domain.signatures.flags import Flag

WithdrawalId = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]
WithdrawalIdOrNone = Annotated[str, Field(pattern="^([A-Za-z0-9-]{1,64})?$")]

# By its name, because `from` is a keyword of Python.
Flood = TypedDict(
    "Flood",
    {
        "network": NetworkName,
        "source": SourceLabel,
        "flag": Flag,
        "form_shown_at": Stamp,
        "from": Day,
        "to": Day,
        "preview": bool,
        "cursor": CursorOrNone,
        "withdrawal": WithdrawalIdOrNone,
    },
    total=False,
)
Flood.__doc__ = "At least one of network, source, flag and form_shown_at. A preview only counts. `cursor` and `withdrawal` are from the previous response."
with_config(ConfigDict(extra="forbid"))(Flood)


class FloodBatch(TypedDict):
    """How many this call withdrew, or found for a preview, and where the next one continues."""

    signatures: Count
    preview: bool
    cursor: Cursor | None
    withdrawal: WithdrawalId | None
