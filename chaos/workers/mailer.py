"""One mailer process: takes jobs from the mail queue as Lambda's poller does.

On SIGTERM it finishes its current jobs first, as Lambda would; only SIGKILL ends it in the middle.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any, NoReturn

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
# Short, so that the jobs of a killed mailer come back soon. Those of a slow one come back while it still works.
VISIBILITY_SECONDS = 4
MAX_WAIT_SECONDS = 4


def queue_poller(
    function: Callable[[Any, Any], Any], name: str = "mail", setting: str = "MAIL_QUEUE_URL"
) -> QueuePoller:
    """A poller of a queue in this process's environment, for its function."""
    url = os.environ[setting]
    return QueuePoller(
        aws_session(),
        url,
        Lambda(name, function),
        lambda messages: queue_event(messages, url.rpartition("/")[2]),
        visibility_seconds=VISIBILITY_SECONDS,
        max_wait_seconds=MAX_WAIT_SECONDS,
    )


def finishing_before_exit(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`function`, uninterrupted by SIGTERM: the process exits after the current call, or at once between calls."""
    is_busy = is_terminating = False

    def on_sigterm(_number: int, _frame: Any) -> None:
        nonlocal is_terminating
        is_terminating = True
        if not is_busy:
            os._exit(0)

    def uninterrupted(event: Any, context: Any) -> Any:
        nonlocal is_busy
        is_busy = True
        try:
            return function(event, context)
        finally:
            is_busy = False
            if is_terminating:
                os._exit(0)

    signal.signal(signal.SIGTERM, on_sigterm)
    return uninterrupted


def main(name: str) -> None:
    """Handle jobs until killed."""
    poll(queue_poller(finishing_before_exit(load(name).mail)))


def poll(queue: QueuePoller) -> NoReturn:
    """Take jobs until killed."""
    while True:
        try:
            queue.step()
        except (ClientError, BotoCoreError):  # the queue fails too; its jobs come back
            log.info("the queue did not answer")
        time.sleep(PAUSE_SECONDS)
