"""One mailer process: takes jobs from the mail queue as Lambda's poller does."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chaos.worker import load
from local.environment import a_session
from local.events import queue_event
from local.lambdas import Lambda
from local.queue_pump import QueuePump

log = logging.getLogger("chaos.mailer")
PAUSE_SECONDS = 0.1
# Short, so that what a killed mailer had in hand comes back soon; a slow mailer's jobs come back while it still works.
IN_HAND_SECONDS = 4
LONGEST_WAIT_SECONDS = 4


def queue_pump(app: Any) -> QueuePump:
    """A poller of the mail queue that this process's environment names."""
    url = os.environ["MAIL_QUEUE_URL"]
    return QueuePump(
        a_session(),
        url,
        Lambda("mail", app.mail),
        lambda messages: queue_event(messages, url.rpartition("/")[2]),
        in_hand_seconds=IN_HAND_SECONDS,
        longest_wait_seconds=LONGEST_WAIT_SECONDS,
    )


def main(name: str) -> None:
    """Mail until ended."""
    pump = queue_pump(load(name))
    while True:
        try:
            pump.step()
        except (ClientError, BotoCoreError):  # the queue fails, too: what was in hand comes back
            log.info("the queue did not answer")
        time.sleep(PAUSE_SECONDS)
