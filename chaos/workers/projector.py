"""One projector process: delivers the stream in order, in batches of random sizes, some of them repeatedly.

Its position is in a file, written after each successful batch; a process killed before that delivers the batch again.
Like DynamoDB, it keeps only the order within a partition.
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
REPLAY_WINDOW = 120
REPLAY_SHARE = 0.25
PAUSE_SECONDS = 0.1
RETRY_SECONDS = 0.05


class Poller:
    """Reads one stream from the position in the file. `counts` has batches and records, and those delivered again."""

    def __init__(self, app: Any, stream_arn: str, folder: Path, seed: str) -> None:
        # dynoxide's sequence numbers are shorter than botocore's model allows.
        self._streams = aws_session().client("dynamodbstreams", config=Config(parameter_validation=False))
        self._project = Lambda("project", app.project)
        self._arn = stream_arn
        self._position_file = folder / "stream-position.json"
        self._counts_file = folder / "stream-counts.json"
        self._random = random.Random(seed)  # noqa: S311  # a schedule
        self._recent: deque[Record] = deque(maxlen=REPLAY_WINDOW)
        self.counts = {"batches": 0, "records": 0, "again": 0, "batches_again": 0}
        if self._counts_file.exists():
            self.counts = json.loads(self._counts_file.read_text())

    def step(self, *, replays: bool = True) -> int:
        """Deliver the new records; return how many. Raises when the stream cannot be read."""
        records = [stream_record(record, self._arn) for record in self._new_records()]
        for batch in cut(records, self._random):
            self._deliver(shuffled(batch, self._random))
            self._advance(batch)
            if replays and self._random.random() < REPLAY_SHARE:
                self._replay()
        return len(records)

    def _new_records(self) -> Iterator[Record]:
        """Records after the position, from the only shard that the engines here have."""
        (shard,) = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        start: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._position_file.exists():
            last = json.loads(self._position_file.read_text())
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        position = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard["ShardId"], **start)
        iterator = position["ShardIterator"]
        while iterator:
            answer = self._streams.get_records(ShardIterator=iterator, Limit=1000)
            yield from answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None

    def _deliver(self, batch: Sequence[Record]) -> None:
        """Deliver until it succeeds: a failing batch is halved, as Lambda does, and never given up."""
        if self._project.invoke({"Records": list(batch)}) == set():
            return
        time.sleep(RETRY_SECONDS)
        half = (len(batch) + 1) // 2
        self._deliver(batch[:half])
        if batch[half:]:
            self._deliver(batch[half:])

    def _replay(self) -> None:
        """Deliver some recent records again, in other batches."""
        first = self._random.randrange(len(self._recent))
        old = list(self._recent)[first:]
        for batch in cut(old, self._random):
            self._project.invoke({"Records": shuffled(batch, self._random)})
            self.counts["batches_again"] += 1
        self.counts["again"] += len(old)

    def _advance(self, batch: Sequence[Record]) -> None:
        self._recent.extend(batch)
        self.counts["batches"] += 1
        self.counts["records"] += len(batch)
        _write(self._position_file, batch[-1]["dynamodb"]["SequenceNumber"])
        _write(self._counts_file, self.counts)


def cut(records: Sequence[Record], dice: random.Random) -> Iterator[Sequence[Record]]:
    """The records in batches of random sizes."""
    start = 0
    while start < len(records):
        size = dice.choice(SIZES)
        yield records[start : start + size]
        start += size


def shuffled(batch: Sequence[Record], dice: random.Random) -> list[Record]:
    """The batch with its partitions interleaved differently; the order within each stays."""
    queues: dict[str, deque[Record]] = defaultdict(deque)
    for record in batch:
        queues[record["dynamodb"]["Keys"]["pk"]["S"]].append(record)
    turns = [pk for pk, queue in queues.items() for _ in queue]
    dice.shuffle(turns)
    return [queues[pk].popleft() for pk in turns]


def _write(path: Path, value: Any) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value))
    new.replace(path)


def main(name: str, seed: str) -> None:
    """Deliver records until killed."""
    app = load(name)
    poller = Poller(app, os.environ["CHAOS_STREAM"], Path(os.environ["CHAOS_FOLDER"]), f"{seed}/{os.getpid()}")
    while True:
        with contextlib.suppress(ClientError, BotoCoreError):  # the stream cannot be read just now
            poller.step()
        time.sleep(PAUSE_SECONDS)
