"""What the switch for all emails takes and returns."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Stamp


class MailPauseState(TypedDict):
    """Whether all emails are paused, and since when; null if nobody ever paused them."""

    paused: bool
    changed_at: Stamp | None


@with_config(ConfigDict(extra="forbid"))
class MailSwitch(TypedDict):
    """Whether all emails are to be paused."""

    paused: bool


TAG = "Emails"
OPERATIONS = {
    "get_mail_pause": Operation(responses={200: returns_json("The state of the switch.", MailPauseState)}),
    "put_mail_pause": Operation(
        responses={200: returns_json("The new state of the switch.", MailPauseState)}, body=takes_json(MailSwitch)
    ),
}
