"""After the storm: works off the backlog, minutes and then hours later by the app's clock. It repairs nothing."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.access.api_keys import ApiKey, Role
from chalicelib.domain.updates.update import UpdateState
from chaos.workers.mailer import queue_poller
from chaos.workers.projector import Poller
from chaos.workers.startup import log_file, set_clock_forward
from chaos.workers.updater import hurry, update_poller
from local.startup.app_loader import load_app, wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.signers.request_ledger import BegunUpdate
    from local.functions.queue_poller import QueuePoller

# By then, leases of killed mailers have expired.
SOON = timedelta(minutes=10)
# The daily round queues emails that have been due for an hour.
LATER = timedelta(hours=2)
MAX_SECONDS = 60
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class BacklogResult:
    """Jobs that only the daily round queued again, totals of the stream, and differences that `verify` found.

    `resumed` is how often updates that had paused by themselves were resumed, as an organiser would.
    """

    queued_by_daily_round: int
    stream: dict[str, int]
    differences: list[Any]
    resumed: int


def work_off_backlog(begun: Sequence[BegunUpdate]) -> BacklogResult:
    """Work off stream and queues, run the daily round, and work off again. Raises TimeoutError or RuntimeError if that does not end."""
    app = load_app()
    hurry()
    set_clock_forward(SOON)
    poller = Poller(app, os.environ["CHAOS_STREAM"], Path(os.environ["CHAOS_FOLDER"]), "afterwards")
    queues = [queue_poller(app.mail), update_poller(app.updates)]
    with log.temporarily_to(log_file("afterwards")):
        _work_off(poller, queues)
        set_clock_forward(LATER)
        queued = wiring().mail_reconciliation.queue_owed(timedelta(0))
        if not wiring().scheduled_round.run():
            raise RuntimeError("the hourly round did not get to its end")
        _work_off(poller, queues)
        resumed = 0
        while paused := [one for one in begun if _is_paused(one)]:
            resumed += len(paused)
            for one in paused:
                wiring().update_control.resume(one.campaign, one.id, _organiser())
            _work_off(poller, queues)
        return BacklogResult(queued, poller.counts, wiring().tally_projector.verify(), resumed)


def _organiser() -> ApiKey:
    return ApiKey(
        id="chaos", name="chaos", role=Role.ADMIN, campaigns=("*",), secret_hash="", created_at=datetime.now(UTC)
    )


def _is_paused(one: BegunUpdate) -> bool:
    found = wiring().updates.find(one.campaign, one.id)
    return found is not None and found.state is UpdateState.PAUSED


def _work_off(poller: Poller, queues: Sequence[QueuePoller]) -> None:
    deadline = time.monotonic() + MAX_SECONDS
    while time.monotonic() < deadline:
        moved = poller.step(replays=False) + sum(queue.step() for queue in queues)
        if not moved and all(queue.waiting() == (0, 0) for queue in queues):
            return
        if not moved:
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"still waiting after {MAX_SECONDS} s: {[queue.waiting() for queue in queues]}")
