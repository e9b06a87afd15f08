"""Carries events from stream, queues, topic and schedule to the functions, as Lambda does. No failure stops it.

Each source has a thread of its own that polls slowly; `wake` makes it look at once.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Protocol

from local.aws.time_to_live import TimeToLive
from local.functions.events import queue_event, topic_event
from local.functions.invocation import Lambda
from local.functions.queue_poller import QueuePoller
from local.functions.schedule import Schedule
from local.functions.stream_poller import StreamPoller
from local.functions.worker import POLL_SECONDS, Worker

if TYPE_CHECKING:
    from boto3.session import Session

    from local.aws.resources import Resources
    from local.mail.ses_events import Publisher

MAILERS = 2  # the template's MailConcurrency
ROUND_SECONDS = 3600  # the scheduled function runs every hour


class Source(Protocol):
    """A source of events. `handled` counts what any thread has handled, successfully or not, and never decreases."""

    handled: int

    def step(self) -> int:
        """Handle what is there now; a step running in another thread finishes first."""


class Pump:
    """All event sources of the app."""

    def __init__(self, app: Any, session: Session, resources: Resources, publisher: Publisher) -> None:
        self._time_to_live = TimeToLive(session, resources)
        self._stream = StreamPoller(session, resources, Lambda("project", app.project), self._time_to_live.expired)
        mail = Lambda("mail", app.mail)
        arn = resources.mail_queue_url.rpartition("/")[2]
        self._mailers = [
            QueuePoller(session, resources.mail_queue_url, mail, lambda messages: queue_event(messages, arn))
            for _ in range(MAILERS)
        ]
        self._exporter = _one_by_one(session, resources.export_queue_url, Lambda("export", app.export))
        self._updates = _one_by_one(session, resources.update_queue_url, Lambda("updates", app.updates))
        feedback = Lambda("feedback", app.feedback)
        # A topic invokes the function once per event.
        self._feedback = QueuePoller(session, resources.feedback_queue_url, feedback, _notification, one_by_one=True)
        self._publisher = publisher
        self._scheduled = Schedule(Lambda("scheduled", app.scheduled), ROUND_SECONDS)
        self._sources: list[Source] = [
            self._scheduled,
            self._stream,
            *self._mailers,
            self._publisher,
            self._feedback,
            self._exporter,
            self._updates,
        ]
        self._workers = self._all_workers()

    def start_at_latest(self) -> None:
        """Start reading the stream here: what is written from now on will be handled."""
        self._stream.start_at_latest()

    def start(self) -> None:
        """Start polling, and run the scheduled function once."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Stop every thread after its current step."""
        self._stream.stop()
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join()

    def pause(self, *, is_paused: bool) -> None:
        """Hold events back, or let them go on. `drain` handles them anyway. For measuring requests alone."""
        for worker in self._workers:
            worker.is_paused = is_paused
            worker.wake()

    def wake(self) -> None:
        """Look at the stream now, because something was written."""
        self._stream_worker.wake()

    def delete_expired(self) -> None:
        """Delete what has expired, now."""
        self._time_to_live.delete_expired()

    def run_scheduled(self) -> None:
        """Run the scheduled function now."""
        self._scheduled.call()

    def drain(self, timeout_seconds: float, *, retries: bool = False) -> dict[str, Any]:
        """Handle every event and job so far; return `{"drained": bool, "left": int}`.

        Jobs waiting for a retry are counted in `left`; with `retries` they are waited for as well.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            # The threads work at the same time, and what one of them handles causes new events in sources that this
            # round has already visited. So it ends only after a round in which no thread handled anything.
            before = self._handled()
            for source in self._sources:
                source.step()
            moved = self._handled() != before
            counts = [queue.waiting() for queue in (self._mailers[0], self._feedback, self._exporter, self._updates)]
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
        self._publisher.wake_on(publisher.wake, feedback.wake)
        exporter = Worker("export", self._exporter.step, pause=lambda _: POLL_SECONDS)
        updates = Worker("updates", self._updates.step, pause=lambda _: POLL_SECONDS)
        time_to_live = Worker("time-to-live", self._time_to_live.delete_expired, pause=float)
        scheduled = Worker("scheduled", self._scheduled.step, pause=lambda _: self._scheduled.seconds_left())
        return [stream, *mailers, feedback, publisher, exporter, updates, time_to_live, scheduled]


def _one_by_one(session: Session, url: str, function: Lambda) -> QueuePoller:
    """A poller that passes on one job at a time."""
    arn = url.rpartition("/")[2]
    return QueuePoller(session, url, function, lambda messages: queue_event(messages, arn), batch=1)


def _notification(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return topic_event(json.loads(messages[0]["Body"]))
