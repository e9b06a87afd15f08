"""Queues the emails of signatures given as a test, which is all that follows from them: nothing counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.signed_as_test import is_for_tests
from chalicelib.services.counting.tally_projector import mail_jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.counting.contributions import Change
    from chalicelib.storage.queues import MailQueue


@dataclass(frozen=True, slots=True)
class MailOfTests:
    """Takes changes of tests out of a batch."""

    queue: MailQueue

    def take(self, changes: Sequence[Change]) -> list[Change]:
        """Queues the emails that tests in the batch cause, and returns all other changes. Raises Unavailable."""
        tests = [change for change in changes if is_for_tests(change.bucket[0])]
        jobs = {(job.campaign, job.signature): job for change in tests for job in mail_jobs(change)}
        if jobs:
            self.queue.add(job for _, job in sorted(jobs.items()))
        return [change for change in changes if not is_for_tests(change.bucket[0])] if tests else list(changes)
