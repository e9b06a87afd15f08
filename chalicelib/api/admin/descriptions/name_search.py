"""What the search by name takes and returns."""

from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.signatures import Signature, WithdrawnSignature
from chalicelib.api.http.operations import Operation, returns_json, takes_json


@with_config(ConfigDict(extra="forbid"))
class NameSearch(TypedDict):
    """A name, or the beginnings of its words, in any order; without regard to case and accents."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    cursor: NotRequired[str | None]


class NamedSignatures(TypedDict):
    """Signatures of that name among the `examined`; with a `cursor`, there are more to examine."""

    signatures: list[Signature | WithdrawnSignature]
    examined: int
    cursor: str | None


TAG = "Signatures"
OPERATIONS = {
    "search_signatures": Operation(
        responses={200: returns_json("Those of up to 500 signatures that have the name.", NamedSignatures)},
        body=takes_json(NameSearch),
    )
}
