"""One play: people sign, mailers send what they are owed, and perhaps an update goes out to all who signed before."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from bench.updates.bookkeeping import Books, an_update
from bench.updates.services import Queue, RatedSes
from bench.updates.virtual_clock import VirtualClock
from chalicelib.domain.errors import TemporaryMailError
from chalicelib.services.mail.mailer import BETWEEN_RATE_TRIES_SECONDS, RATE_TRIES
from chalicelib.services.updates.sending_room import SendingRoom
from chalicelib.services.updates.update_sender import UpdateSender
from chalicelib.storage.queues import UpdateJob

if TYPE_CHECKING:
    from collections.abc import Sequence

    Job = tuple[str, float]

BUCKETS, BATCH = 16, 10
MAIL_VISIBILITY, UPDATE_VISIBILITY = 360, 960  # .chalice/resources.json
FUNCTION_SECONDS = 840  # of the 900 that Lambda gives `updates`, as the app leaves itself some
WORKERS, SHARE = 2, 25  # UpdatesConcurrency, UpdatesShare
# Measured (docs/scale.md, "What a signature needs"): an email is with SES after so long.
SECONDS_PER_EMAIL = 0.196
# Who confirms, and how long that takes on average; the thank-you follows.
CONFIRM_SHARE, CONFIRM_SECONDS = 0.7, 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is played: SES takes `ses_rate` a second, `signatures` come in each minute, an update has `recipients` (0: none)."""

    ses_rate: int
    signatures: int
    minutes: float
    recipients: int = 0
    mailers: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Seconds from a signature to its confirmation request at SES, in order; refusals of SES; what became of the update."""

    waits: Sequence[float]
    refused_confirmations: int
    refused_updates: int
    sent: int
    most_copies: int
    update_minutes: float

    def quantile(self, share: float) -> float:
        """The wait that this share of the signers did not exceed."""
        return self.waits[max(math.ceil(share * len(self.waits)) - 1, 0)] if self.waits else 0.0


def mailers_for(ses_rate: int) -> int:
    """As docs/scale.md advises: as many as use the whole rate, and at least two."""
    return max(2, math.ceil(ses_rate * SECONDS_PER_EMAIL))


def mailers_beside_updates(ses_rate: int) -> int:
    """As many as, at full speed, leave the updates their share of the rate."""
    return max(2, math.floor(ses_rate * (100 - SHARE) / 100 * SECONDS_PER_EMAIL))


class Play:
    """The parts of one scene on a clock of their own."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clock = VirtualClock()
        self.ses = RatedSes(self.clock, scene.ses_rate)
        self.mail = Queue(self.clock, MAIL_VISIBILITY, self._poll)
        self._idle_mailers = scene.mailers
        self.update_queue = Queue(self.clock, UPDATE_VISIBILITY)
        self.books = Books(self.clock, self.ses, an_update(scene.recipients, BUCKETS), SECONDS_PER_EMAIL)
        # Of their own, so that the same people sign at the same moments whatever else happens.
        self.signing, self.confirming = (random.Random(f"{scene.seed}/{name}") for name in ("sign", "confirm"))  # noqa: S311 - a schedule
        self.waits: list[float] = []
        self.refused_confirmations = 0
        self._owed = 0
        self._is_closed = False

    def run(self) -> Outcome:
        """Play it to the end: nobody signs any more, and every email is out."""
        self.clock.after(0, self._sign)
        if self.scene.recipients:
            self.update_queue.add(UpdateJob("play", "update", bucket) for bucket in range(BUCKETS))
            for _ in range(WORKERS):
                self.clock.start(self._updater)
        self.clock.run(self._is_done)
        return Outcome(
            waits=sorted(self.waits),
            refused_confirmations=self.refused_confirmations,
            refused_updates=self.ses.refused - self.refused_confirmations,
            sent=len(self.books.got),
            most_copies=max(self.books.got.values(), default=0),
            update_minutes=self.books.ended_at / 60,
        )

    def _is_done(self) -> bool:
        return self._is_closed and not self._owed and (not self.scene.recipients or self.books.ended_at > 0)

    def _sign(self) -> None:
        if self.clock.seconds >= self.scene.minutes * 60:
            self._is_closed = True
            return
        self._owe(("confirmation", self.clock.seconds))
        self.clock.after(self.signing.expovariate(self.scene.signatures / 60), self._sign)

    def _owe(self, job: Job, delay: float = 0) -> None:
        self._owed += 1
        self.mail.add([job], delay_seconds=delay)

    def _poll(self) -> None:
        """Hand visible jobs to the mailers that have none."""
        while self._idle_mailers and (jobs := self.mail.receive(BATCH)):
            self._idle_mailers -= 1
            self._mail_next(jobs, self.clock.seconds)

    def _mail_next(self, left: list[Job], received_at: float) -> None:
        """A mailer sends one email after the other, trying again as `Mailer` does, then takes the next batch."""
        job, *others = left
        tries_left = RATE_TRIES

        def sent() -> None:
            nonlocal tries_left
            tries_left -= 1
            is_sent = self._is_sent(job)
            if not is_sent and tries_left:
                self.clock.after(BETWEEN_RATE_TRIES_SECONDS, sent)
                return
            self.mail.settle(int(is_sent), [] if is_sent else [job], received_at)
            if others:
                self._mail_next(others, received_at)
            else:
                self._idle_mailers += 1
                self._poll()

        self.clock.after(SECONDS_PER_EMAIL, sent)

    def _is_sent(self, job: Job) -> bool:
        kind, asked_at = job
        try:
            self.ses.send()
        except TemporaryMailError:
            self.refused_confirmations += 1
            return False
        self._owed -= 1
        if kind == "confirmation":
            self.waits.append(self.clock.seconds - asked_at)
            if self.confirming.random() < CONFIRM_SHARE:
                self._owe(("thanks", self.clock.seconds), self.confirming.expovariate(1 / CONFIRM_SECONDS))
        return True

    def _updater(self) -> None:
        sender = self._sender()
        while not self.books.ended_at:
            jobs = self.update_queue.receive(1)
            if not jobs:
                self.clock.sleep(1.0)
                continue
            until = self.clock.seconds + FUNCTION_SECONDS
            sender.work(jobs[0], lambda until=until: self.clock.seconds < until)  # type: ignore[misc]  # its own end
            self.update_queue.settle(1, [], self.clock.seconds)

    def _sender(self) -> UpdateSender:
        """The app's own, with its own pacing; each worker is a container with a room of its own."""
        books, clock = self.books, self.clock
        room = SendingRoom(
            cast("Any", self.ses),
            cast("Any", self.mail),
            share=SHARE,
            workers=WORKERS,
            mailers=self.scene.mailers,
            clock=clock.now,
            sleep=clock.sleep,
        )
        stores: Any = {
            "campaign_reader": SimpleNamespace(get=books.get_campaign),
            "updates": SimpleNamespace(
                find=books.find, words=books.words, touch=books.touch, finish=books.finish_update
            ),
            "update_progress": SimpleNamespace(
                lease=books.lease, save=books.save, leave=books.save, finish=books.finish_bucket, get=books.progress
            ),
            "update_marks": SimpleNamespace(count=books.count),
            "bucket_scan": SimpleNamespace(pages=books.pages),
            "update_delivery": SimpleNamespace(deliver=books.deliver),
            "mail_pause": books,
        }
        return UpdateSender(sending_room=room, queue=cast("Any", self.update_queue), clock=clock.now, **stores)
