"""One mailer process: takes jobs from the mail queue as Lambda's poller does.

Asked to end (SIGTERM), it does what it has in hand first, as Lambda would; only SIGKILL ends it in the middle.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chaos.workers.startup import load
from local.functions.events import queue_event
from local.functions.invocation import Lambda
from local.functions.queue_poller import QueuePoller
from local.startup.environment import aws_session

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("chaos.mailer")
PAUSE_SECONDS = 0.1
# Short, so that what a killed mailer had in hand comes back soon; a slow mailer's jobs come back while it still works.
VISIBILITY_SECONDS = 4
MAX_WAIT_SECONDS = 4


def queue_pump(mail: Callable[[Any, Any], Any]) -> QueuePoller:
    """A poller of the mail queue that this process's environment names, for the mailer's function."""
    url = os.environ["MAIL_QUEUE_URL"]
    return QueuePoller(
        aws_session(),
        url,
        Lambda("mail", mail),
        lambda messages: queue_event(messages, url.rpartition("/")[2]),
        visibility_seconds=VISIBILITY_SECONDS,
        max_wait_seconds=MAX_WAIT_SECONDS,
    )


def to_its_end(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`function`, which a SIGTERM does not interrupt; the process ends after it, or at once between two calls."""
    is_busy = is_asked = False

    def asked(_number: int, _frame: Any) -> None:
        nonlocal is_asked
        is_asked = True
        if not is_busy:
            os._exit(0)

    def whole(event: Any, context: Any) -> Any:
        nonlocal is_busy
        is_busy = True
        try:
            return function(event, context)
        finally:
            is_busy = False
            if is_asked:
                os._exit(0)

    signal.signal(signal.SIGTERM, asked)
    return whole


def main(name: str) -> None:
    """Mail until ended."""
    pump = queue_pump(to_its_end(load(name).mail))
    while True:
        try:
            pump.step()
        except (ClientError, BotoCoreError):  # the queue fails, too: what was in hand comes back
            log.info("the queue did not answer")
        time.sleep(PAUSE_SECONDS)
