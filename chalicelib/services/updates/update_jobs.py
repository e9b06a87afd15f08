"""The jobs of an update: one for each bucket, queued when it begins, when it goes on, and when nobody has worked on it for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.updates.update import UpdateState
from chalicelib.services.containment import contained
from chalicelib.storage.queues import UpdateJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.updates.update import Update
    from chalicelib.storage.queues import UpdateQueue
    from chalicelib.storage.updates.update_progress import UpdateProgress
    from chalicelib.storage.updates.updates import Updates

# Longer than any delay of a job: what has been quiet for so long has lost its jobs.
QUIET = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UpdateJobs:
    """Queues what is left of updates. Queueing a bucket twice is harmless: one worker has it at a time."""

    updates: Updates
    update_progress: UpdateProgress
    queue: UpdateQueue
    clock: Callable[[], datetime]

    def queue_rest(self, update: Update) -> int:
        """Queues every bucket that is not done, or else the last, whose worker then ends the update; returns how many. Raises Unavailable."""
        done = self.update_progress.get(update).done
        left = [bucket for bucket in range(update.buckets) if bucket not in done] or [update.buckets - 1]
        return self.queue.add(UpdateJob(update.campaign, update.id, bucket) for bucket in left)

    def queue_forgotten(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Queues what nobody has worked on for an hour. Returns True when nothing is left to queue."""
        before = self.clock() - QUIET
        for campaign, update_id, touched_at in self.updates.being_sent():
            if not has_time():
                return False
            if datetime.fromisoformat(touched_at) >= before:
                continue
            with contained("updates", campaign):
                update = self.updates.find(campaign, update_id)
                if update is not None and update.state is UpdateState.SENDING:
                    self.queue_rest(update)
        return True
