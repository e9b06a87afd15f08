"""One process that sends updates to signers: takes a bucket at a time from their queue, as Lambda's poller does.

Jobs that wait come back after a second here, and a dead worker's bucket is free after some seconds, so that a short storm
sees as much of it as hours on AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.services.updates import update_sender
from chalicelib.storage.updates import update_progress
from chaos.workers.mailer import finishing_before_exit, poll, queue_poller
from chaos.workers.startup import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from local.functions.queue_poller import QueuePoller

WAIT_SECONDS = 1
# Longer than a worker needs between two looks around, even if each of its calls is tried again.
BUCKET_SECONDS = 12


def hurry() -> None:
    """Makes what waits come back soon."""
    update_sender.DELAYS.update(dict.fromkeys(update_sender.DELAYS, WAIT_SECONDS))
    update_sender.LEASED_DELAY = WAIT_SECONDS
    update_progress.LEASE_SECONDS = BUCKET_SECONDS


def update_poller(updates: Callable[[Any, Any], Any]) -> QueuePoller:
    """A poller of the queue of updates."""
    return queue_poller(updates, "updates", "UPDATE_QUEUE_URL")


def main(name: str) -> None:
    """Handle jobs until killed."""
    hurry()
    poll(update_poller(finishing_before_exit(load(name).updates)))
