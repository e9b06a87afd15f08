"""When a request is sent again: after lost connections and from busy servers, and only where that does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3.util import Retry

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MAX_RETRIES = 5
MAX_WAIT_SECONDS = 60
# Answered before anything was done; the API promises that sending again does no harm.
NOT_DONE = frozenset({429, 503})
# A gateway may answer 502 or 504 although the work was done: only repeatable requests are sent again.
PERHAPS_DONE = NOT_DONE | {502, 504}


class RetryWithinAMinute(Retry):
    """Waits as long as Retry-After asks, but at most a minute."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds to wait, or None when the response does not say."""
        seconds = super().get_retry_after(response)
        return None if seconds is None else min(seconds, MAX_WAIT_SECONDS)


def retries(*, repeatable: bool, backoff_seconds: float) -> Retry:
    """The retry policy; a connection that was never established is always tried again."""
    return RetryWithinAMinute(
        total=MAX_RETRIES,
        read=None if repeatable else 0,
        other=None if repeatable else 0,
        redirect=False,
        status_forcelist=PERHAPS_DONE if repeatable else NOT_DONE,
        allowed_methods=None,
        backoff_factor=backoff_seconds,
        backoff_max=MAX_WAIT_SECONDS,
        backoff_jitter=backoff_seconds,
        raise_on_status=False,
    )
