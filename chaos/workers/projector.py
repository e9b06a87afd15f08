"""One projector process: feeds the stream to the app in order, cut differently each time, and now and then again.

Where it got to stands in a file, written after each batch that succeeded; a process
that is killed before delivers the batch again. It keeps the order within a partition and no other, as DynamoDB does.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chaos.workers.startup import load
from local.functions.events import stream_record
from local.functions.invocation import Lambda
from local.startup.environment import aws_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Record = dict[str, Any]
SIZES = (1, 3, 10, 30, 100)
REMEMBERED = 120
AGAIN_SHARE = 0.25
PAUSE_SECONDS = 0.1
RETRY_SECONDS = 0.05


class Poller:
    """Reads one stream from where the file says. `counts` has what it did: batches, records, and those delivered again."""

    def __init__(self, app: Any, stream_arn: str, folder: Path, seed: str) -> None:
        # dynoxide's sequence numbers are shorter than botocore's model allows.
        self._streams = aws_session().client("dynamodbstreams", config=Config(parameter_validation=False))
        self._project = Lambda("project", app.project)
        self._arn = stream_arn
        self._place = folder / "stream-position.json"
        self._tally = folder / "stream-counts.json"
        self._random = random.Random(seed)  # noqa: S311  # a schedule
        self._recent: deque[Record] = deque(maxlen=REMEMBERED)
        self.counts = {"batches": 0, "records": 0, "again": 0, "batches_again": 0}
        if self._tally.exists():
            self.counts = json.loads(self._tally.read_text())

    def step(self, *, again: bool = True) -> int:
        """Deliver what is there; return how many records that was. Raises when the stream cannot be read."""
        records = [stream_record(record, self._arn) for record in self._fresh()]
        for batch in cut(records, self._random):
            self._deliver(shuffled(batch, self._random))
            self._note(batch)
            if again and self._random.random() < AGAIN_SHARE:
                self._once_more()
        return len(records)

    def _fresh(self) -> Iterator[Record]:
        """Records after the position. One shard: the engines here have no more."""
        (shard,) = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        start: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._place.exists():
            last = json.loads(self._place.read_text())
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        found = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard["ShardId"], **start)
        iterator = found["ShardIterator"]
        while iterator:
            answer = self._streams.get_records(ShardIterator=iterator, Limit=1000)
            yield from answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None

    def _deliver(self, batch: Sequence[Record]) -> None:
        """Until it is taken: a batch that fails is halved, as Lambda does. Nothing is given up."""
        if self._project.invoke({"Records": list(batch)}) == set():
            return
        time.sleep(RETRY_SECONDS)
        half = (len(batch) + 1) // 2
        self._deliver(batch[:half])
        if batch[half:]:
            self._deliver(batch[half:])

    def _once_more(self) -> None:
        """Some of what was counted already comes again, in other batches."""
        first = self._random.randrange(len(self._recent))
        old = list(self._recent)[first:]
        for batch in cut(old, self._random):
            self._project.invoke({"Records": shuffled(batch, self._random)})
            self.counts["batches_again"] += 1
        self.counts["again"] += len(old)

    def _note(self, batch: Sequence[Record]) -> None:
        self._recent.extend(batch)
        self.counts["batches"] += 1
        self.counts["records"] += len(batch)
        _write(self._place, batch[-1]["dynamodb"]["SequenceNumber"])
        _write(self._tally, self.counts)


def cut(records: Sequence[Record], dice: random.Random) -> Iterator[Sequence[Record]]:
    """The records in batches of random sizes."""
    start = 0
    while start < len(records):
        size = dice.choice(SIZES)
        yield records[start : start + size]
        start += size


def shuffled(batch: Sequence[Record], dice: random.Random) -> list[Record]:
    """The batch with its partitions interleaved anew; the order within each stays."""
    queues: dict[str, deque[Record]] = defaultdict(deque)
    for record in batch:
        queues[record["dynamodb"]["Keys"]["pk"]["S"]].append(record)
    turns = [pk for pk, queue in queues.items() for _ in queue]
    dice.shuffle(turns)
    return [queues[pk].popleft() for pk in turns]


def _write(path: Path, value: Any) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value))
    fresh.replace(path)


def main(name: str, seed: str) -> None:
    """Project until ended."""
    app = load(name)
    poller = Poller(app, os.environ["CHAOS_STREAM"], Path(os.environ["CHAOS_FOLDER"]), f"{seed}/{os.getpid()}")
    while True:
        with contextlib.suppress(ClientError, BotoCoreError):  # the stream cannot be read just now
            poller.step()
        time.sleep(PAUSE_SECONDS)
