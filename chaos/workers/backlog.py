"""After the storm: works off what is left, minutes and then hours later by the app's clock; it repairs nothing."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chaos.workers.mailer import queue_pump
from chaos.workers.projector import Poller
from chaos.workers.startup import log_file, set_clock_forward
from local.startup.app_loader import load_app, wiring

if TYPE_CHECKING:
    from local.functions.queue_poller import QueuePoller

# Leases of those that were killed have lapsed by then.
SOON = timedelta(minutes=10)
# The daily round queues what has been owed for an hour.
LATER = timedelta(hours=2)
LONGEST_SECONDS = 60
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Settled:
    """How it ended: jobs that only the daily round brought back, and what the stream delivered in all."""

    left_to_the_daily_round: int
    stream: dict[str, int]
    differences: list[Any]


def settle() -> Settled:
    """Works off stream and queue, runs the daily round, and works off again. Raises TimeoutError when it does not end."""
    app = load_app()
    set_clock_forward(SOON)
    poller = Poller(app, os.environ["CHAOS_STREAM"], Path(os.environ["CHAOS_FOLDER"]), "afterwards")
    pump = queue_pump(app.mail)
    with log.temporarily_to(log_file("afterwards")):
        _work_off(poller, pump)
        set_clock_forward(LATER)
        left = wiring().mail_reconciliation.queue_owed(timedelta(0))
        wiring().mail_reconciliation.reconcile()
        _work_off(poller, pump)
        return Settled(left, poller.counts, wiring().tally_projector.verify())


def _work_off(poller: Poller, pump: QueuePoller) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        moved = poller.step(again=False) + pump.step()
        if not moved and pump.waiting() == (0, 0):
            return
        if not moved:
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"still waiting after {LONGEST_SECONDS} s: {pump.waiting()}")
