"""Moves events to the functions that Lambda would call: stream, queue, topic and schedule; it never stops for a failure.

Each part has a thread of its own that polls slowly and is woken at once by `wake`.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from local.events import queue_event, schedule_event, topic_event
from local.expiry import Expiry
from local.lambdas import Lambda
from local.queue_pump import QueuePump
from local.stream_pump import StreamPump

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3.session import Session

    from local.feedback import Publisher
    from local.resources import Resources

log = logging.getLogger("local.pump")
POLL_SECONDS = 0.5
MAILERS = 2  # the template's MailConcurrency
ROUND_SECONDS = 3600  # the daily job is called each hour and does a round a day
PAUSE_AFTER_FAILURE_SECONDS = 1.0


class Worker:
    """Calls `step` whenever woken, or after the pause that it returned or was given."""

    def __init__(self, name: str, step: Callable[[], Any], *, pause: Callable[[Any], float]) -> None:
        self._step = step
        self._pause = pause
        self._woken = threading.Event()
        self._stopping = False
        self.is_paused = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Step now."""
        self._woken.set()

    def stop(self) -> None:
        """End after the step in hand; `join` waits for that."""
        self._stopping = True
        self._woken.set()

    def join(self) -> None:
        """Wait for the end."""
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                pause = POLL_SECONDS if self.is_paused else self._pause(self._step())
            except Exception:
                if self._stopping:
                    return
                log.exception("%s will go on", self._thread.name)
                pause = PAUSE_AFTER_FAILURE_SECONDS
            self._woken.wait(pause)


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
        self._daily = Lambda("daily", app.daily)
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

    def run_daily(self) -> None:
        """Run the daily job, now."""
        self._daily.invoke(schedule_event())

    def drain(self, timeout_seconds: float, *, retries: bool = False) -> dict[str, Any]:
        """Handle every event and job so far; say what is left (`{"drained", "left"}`).

        Jobs that failed for now stay in `left`; with `retries` they are waited for as well.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            moved = self._stream.step() + sum(mailer.step() for mailer in self._mailers)
            moved += self._publisher.step() + self._feedback.step() + self._exporter.step()
            counts = [queue.waiting() for queue in (self._mailers[0], self._feedback, self._exporter)]
            due, failed = sum(count[0] for count in counts), sum(count[1] for count in counts)
            busy = moved or due or (retries and failed)
            if not busy or time.monotonic() > deadline:
                return {"drained": not (due or failed), "left": due + failed}
            if not moved:
                time.sleep(0.02)

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
        daily = Worker("daily", self.run_daily, pause=lambda _: ROUND_SECONDS)
        return [stream, *mailers, feedback, publisher, exporter, expiry, daily]


def _notification(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return topic_event(json.loads(messages[0]["Body"]))
