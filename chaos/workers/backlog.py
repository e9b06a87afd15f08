"""After the storm: works off the backlog, minutes and then hours later by the app's clock. It repairs nothing."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chaos.workers.mailer import queue_poller
from chaos.workers.projector import Poller
from chaos.workers.startup import log_file, set_clock_forward
from local.startup.app_loader import load_app, wiring

if TYPE_CHECKING:
    from local.functions.queue_poller import QueuePoller

# By then, leases of killed mailers have expired.
SOON = timedelta(minutes=10)
# The daily round queues emails that have been due for an hour.
LATER = timedelta(hours=2)
MAX_SECONDS = 60
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class BacklogResult:
    """Jobs that only the daily round queued again, totals of the stream, and differences that `verify` found."""

    queued_by_daily_round: int
    stream: dict[str, int]
    differences: list[Any]


def work_off_backlog() -> BacklogResult:
    """Work off stream and queue, run the daily round, and work off again. Raises TimeoutError or RuntimeError if that does not end."""
    app = load_app()
    set_clock_forward(SOON)
    poller = Poller(app, os.environ["CHAOS_STREAM"], Path(os.environ["CHAOS_FOLDER"]), "afterwards")
    queue = queue_poller(app.mail)
    with log.temporarily_to(log_file("afterwards")):
        _work_off(poller, queue)
        set_clock_forward(LATER)
        queued = wiring().mail_reconciliation.queue_owed(timedelta(0))
        if not wiring().scheduled_round.run():
            raise RuntimeError("the hourly round did not get to its end")
        _work_off(poller, queue)
        return BacklogResult(queued, poller.counts, wiring().tally_projector.verify())


def _work_off(poller: Poller, queue: QueuePoller) -> None:
    deadline = time.monotonic() + MAX_SECONDS
    while time.monotonic() < deadline:
        moved = poller.step(replays=False) + queue.step()
        if not moved and queue.waiting() == (0, 0):
            return
        if not moved:
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"still waiting after {MAX_SECONDS} s: {queue.waiting()}")
