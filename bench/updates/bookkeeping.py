"""What the tables hold of an update in the play: its signers, how far each bucket is, and who has it; in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bench.updates.virtual_clock import EPOCH
from chalicelib.domain.updates.update import Audience, Figures, Update, UpdateState
from chalicelib.services.updates.update_delivery import Outcome
from chalicelib.storage.updates.update_progress import BucketProgress, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.updates.services import RatedSes
    from bench.updates.virtual_clock import VirtualClock
    from chalicelib.domain.signatures.signature import SignatureKey

PAGE = 500


def an_update(recipients: int, buckets: int) -> Update:
    """An update that has just begun."""
    return Update(
        campaign="play",
        id="update",
        state=UpdateState.SENDING,
        subjects={},
        audience=Audience(),
        revision=1,
        created_at=EPOCH,
        changed_at=EPOCH,
        buckets=buckets,
        recipients=recipients,
        started_at=EPOCH,
    )


class Books:
    """Stands for the stores that `UpdateSender` uses; `got` counts how often each signer was sent the update."""

    def __init__(self, clock: VirtualClock, ses: RatedSes, update: Update, seconds_per_email: float) -> None:
        self.update = update
        self.got: Counter[str] = Counter()
        self.ended_at = 0.0
        self._clock = clock
        self._ses = ses
        self._seconds = seconds_per_email
        self._buckets = {number: BucketProgress(bucket=number) for number in range(update.buckets)}
        self._done: set[int] = set()

    # As `Updates`, `CampaignReader`, `MailPause`:
    is_paused = False

    def find(self, _campaign: str, _update: str) -> Update:
        """The update as it is now."""
        return self.update

    def words(self, _update: Update) -> dict[str, Any]:
        """None are needed."""
        return {}

    def touch(self, _update: Update, **_: Any) -> None:
        """Nothing to note."""
        return

    def finish_update(self, _update: Update, **_: Any) -> bool:
        """Everybody has it."""
        self.update = replace(self.update, state=UpdateState.SENT)
        self.ended_at = self._clock.seconds
        return True

    def get_campaign(self, _campaign: str) -> Any:
        """The campaign, whose emails are not paused."""
        return SimpleNamespace(mail_paused=False)

    # As `UpdateProgress`; here only one worker has a job at a time, so leases are free.
    def lease(self, _update: Update, bucket: int, **_: Any) -> BucketProgress | None:
        """How far a bucket is; None if it is done."""
        return None if bucket in self._done else self._buckets[bucket]

    def save(self, _update: Update, reached: BucketProgress, *_: Any, **__: Any) -> None:
        """Note how far it is."""
        self._buckets[reached.bucket] = reached

    def finish_bucket(self, update: Update, reached: BucketProgress) -> None:
        """Note that it is done."""
        self.save(update, reached)
        self._done.add(reached.bucket)

    def progress(self, _update: Update) -> Progress:
        """How many have it, and which buckets are done."""
        return Progress(figures=Figures(sent=len(self.got)), done=frozenset(self._done))

    def count(self, _campaign: str, _update: str, bucket: int) -> tuple[int, int]:
        """How many of a bucket have it."""
        return sum(name.startswith(f"{bucket}-") for name in self.got), 0

    # As `BucketScan` and `UpdateDelivery`:
    def pages(self, _campaign: str, bucket: int, _names: Any, *, after: str = "") -> Iterator[tuple[list[Any], Any]]:
        """Those of a bucket who come after somebody."""
        names = [f"{bucket}-{number:06}" for number in range(bucket, self.update.recipients, self.update.buckets)]
        left = [name for name in names if name > after]
        for start in range(0, len(left), PAGE):
            yield [{"sk": one, "state": "confirmed", "updates_at": ""} for one in left[start : start + PAGE]], None

    def deliver(self, _mailing: Any, key: SignatureKey) -> Outcome:
        """Send it to one signer, who gets it once. Raises TemporaryMailError."""
        if self.got[key.id]:
            return Outcome.SENT
        self._clock.sleep(self._seconds)
        self._ses.send()
        self.got[key.id] += 1
        return Outcome.SENT
