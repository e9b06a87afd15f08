"""Moves events to the functions that Lambda would call: stream, queue, topic and schedule; it never stops for a failure.

Each part has a thread of its own that polls slowly and is woken at once by `wake`.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Protocol

from local.aws.time_to_live import Expiry
from local.functions.events import queue_event, topic_event
from local.functions.invocation import Lambda
from local.functions.queue_poller import QueuePump
from local.functions.schedule import Schedule
from local.functions.stream_poller import StreamPump
from local.functions.worker import POLL_SECONDS, Worker

if TYPE_CHECKING:
    from boto3.session import Session

    from local.aws.resources import Resources
    from local.mail.ses_events import Publisher

MAILERS = 2  # the template's MailConcurrency
ROUND_SECONDS = 3600  # the daily job is called each hour and does a round a day


class Source(Protocol):
    """Where events come from. `handled` counts what any thread has handled, successfully or not, and never falls."""

    handled: int

    def step(self) -> int:
        """Handle what is there now, after whoever else is at it."""


class Pump:
    """All event sources of the app together."""

    def __init__(self, app: Any, session: Session, resources: Resources, publisher: Publisher) -> None:
        self._expiry = Expiry(session, resources)
        self._stream = StreamPump(session, resources, Lambda("project", app.project), self._expiry.expired)
        mail = Lambda("mail", app.mail)
        arn = resources.mail_queue_url.rpartition("/")[2]
        self._mailers = [
            QueuePump(session, resources.mail_queue_url, mail, lambda messages: queue_event(messages, arn))
            for _ in range(MAILERS)
        ]
        arn_of_exports = resources.export_queue_url.rpartition("/")[2]
        self._exporter = QueuePump(
            session,
            resources.export_queue_url,
            Lambda("export", app.export),
            lambda messages: queue_event(messages, arn_of_exports),
            batch=1,
        )
        feedback = Lambda("feedback", app.feedback)
        # A topic calls the function once an event.
        self._feedback = QueuePump(session, resources.feedback_queue_url, feedback, _notification, one_by_one=True)
        self._publisher = publisher
        self._scheduled = Schedule(Lambda("scheduled", app.scheduled), ROUND_SECONDS)
        self._sources: list[Source] = [
            self._scheduled,
            self._stream,
            *self._mailers,
            self._publisher,
            self._feedback,
            self._exporter,
        ]
        self._workers = self._all_workers()

    def start_at_latest(self) -> None:
        """Take the stream position: what is written from now on will be seen."""
        self._stream.start_at_latest()

    def start(self) -> None:
        """Start polling, and run the daily job once."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """End every thread after the step in hand."""
        self._stream.stop()
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join()

    def pause(self, *, is_paused: bool) -> None:
        """Let events wait, or go on; `drain` handles them all the same. For measuring requests alone."""
        for worker in self._workers:
            worker.is_paused = is_paused
            worker.wake()

    def wake(self) -> None:
        """Something was written: look at the stream now."""
        self._stream_worker.wake()

    def sweep(self) -> None:
        """Delete what has expired, now."""
        self._expiry.sweep()

    def run_scheduled(self) -> None:
        """Run the daily job, now."""
        self._scheduled.call()

    def drain(self, timeout_seconds: float, *, retries: bool = False) -> dict[str, Any]:
        """Handle every event and job so far; say what is left (`{"drained", "left"}`).

        Jobs that failed for now stay in `left`; with `retries` they are waited for as well.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            # The threads work at the same time, and what one of them handles makes new events in parts that this round
            # has left behind. So it ends only with a round in which nobody at all handled anything.
            before = self._handled()
            for source in self._sources:
                source.step()
            moved = self._handled() != before
            counts = [queue.waiting() for queue in (self._mailers[0], self._feedback, self._exporter)]
            due, failed = sum(count[0] for count in counts), sum(count[1] for count in counts)
            busy = moved or due or (retries and failed)
            if not busy or time.monotonic() > deadline:
                return {"drained": not (due or failed), "left": due + failed}
            if not moved:
                time.sleep(0.02)

    def _handled(self) -> int:
        return sum(source.handled for source in self._sources)

    def _all_workers(self) -> list[Worker]:
        mailers = [
            Worker(f"mail-{number}", mailer.step, pause=lambda _: POLL_SECONDS)
            for number, mailer in enumerate(self._mailers)
        ]

        def project() -> None:
            if self._stream.step():
                for mailer in mailers:
                    mailer.wake()

        stream = Worker("stream", project, pause=lambda _: POLL_SECONDS)
        self._stream_worker = stream
        feedback = Worker("feedback", self._feedback.step, pause=lambda _: 2 * POLL_SECONDS)
        publisher = Worker("ses-events", self._publisher.step, pause=lambda _: POLL_SECONDS)
        self._publisher.woken_by(publisher.wake, feedback.wake)
        exporter = Worker("export", self._exporter.step, pause=lambda _: POLL_SECONDS)
        expiry = Worker("expiry", self._expiry.sweep, pause=float)
        scheduled = Worker("scheduled", self._scheduled.step, pause=lambda _: self._scheduled.seconds_left())
        return [stream, *mailers, feedback, publisher, exporter, expiry, scheduled]


def _notification(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return topic_event(json.loads(messages[0]["Body"]))
