"""What the routes for machines return."""

from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, returns_json


class Health(TypedDict):
    """The code is running."""

    status: Literal["ok"]


TAG = "Service"
OPERATIONS = {
    "get_health": Operation(responses={200: returns_json("Alive.", Health)}),
    "get_openapi": Operation(responses={200: returns_json("This description.", dict[str, Any], "Cache-Control")}),
}
