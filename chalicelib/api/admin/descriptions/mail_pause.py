"""What the switch for all emails takes and answers."""

from typing_extensions import TypedDict

from chalicelib.api.http.schemas import Stamp


class MailState(TypedDict):
    """Whether all emails are paused, and since when; null while nobody ever paused them."""

    paused: bool
    changed_at: Stamp | None
