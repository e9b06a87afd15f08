"""Polls the stream of the Signatures table for the projector, in order, shard by shard, as Lambda does.

A failing batch is halved and retried; a record that never succeeds goes to the dead letters, and the shard continues.
The position is lost on restart: the stack starts at LATEST after repairing the tallies.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.functions.events import stream_record

if TYPE_CHECKING:
    from boto3.session import Session

    from local.aws.resources import Resources
    from local.functions.invocation import Lambda

log = logging.getLogger("local.stream")
BATCH = 100
ATTEMPTS = 6
MAX_WAIT_SECONDS = 2.0
LOOK_FOR_SHARDS_SECONDS = 30
Record = dict[str, Any]


class StreamPoller:
    """One consumer of the stream; both the pump's thread and `drain` call `step`."""

    def __init__(self, session: Session, resources: Resources, project: Lambda, expired: set[tuple[str, str]]) -> None:
        # dynoxide's sequence numbers are shorter than botocore's model allows.
        self._streams = session.client("dynamodbstreams", config=Config(parameter_validation=False))
        self._queues = session.client("sqs")
        self._arn = resources.stream_arn
        self._dead_letters = resources.projector_dead_letters_url
        self._project = project
        self._expired = expired
        self._iterators: dict[str, str] = {}
        self._seen: set[str] = set()
        self._looked_at = 0.0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.handled = 0

    def stop(self) -> None:
        """Stop waiting for retries; the repair at the next start counts what was not counted."""
        self._stopping.set()

    def start_at_latest(self) -> None:
        """Start reading at the end of the stream: every later change is delivered."""
        with self._lock:
            self._find_shards("LATEST")

    def step(self) -> int:
        """Deliver what is there now; return how many records were.

        Whoever else is stepping finishes first. `handled` counts the records of all steps.
        """
        with self._lock:
            if time.monotonic() - self._looked_at > LOOK_FOR_SHARDS_SECONDS:
                self._find_shards("TRIM_HORIZON")
            return sum(self._read(shard) for shard in list(self._iterators))

    def _find_shards(self, position: str) -> None:
        """Start reading new shards. A child is read after its parent, because it is listed after it."""
        self._looked_at = time.monotonic()
        for shard in self._shards():
            name = shard["ShardId"]
            if name in self._seen:
                continue
            self._seen.add(name)
            answer = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=name, ShardIteratorType=position)
            self._iterators[name] = answer["ShardIterator"]

    def _shards(self) -> list[dict[str, Any]]:
        shards: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            answer = self._streams.describe_stream(StreamArn=self._arn, **page)["StreamDescription"]
            shards += answer["Shards"]
            if "LastEvaluatedShardId" not in answer:
                return shards
            page = {"ExclusiveStartShardId": answer["LastEvaluatedShardId"]}

    def _read(self, shard: str) -> int:
        count = 0
        while True:
            answer = self._streams.get_records(ShardIterator=self._iterators[shard], Limit=1000)
            records = [self._to_event(record) for record in answer["Records"]]
            for start in range(0, len(records), BATCH):
                self._deliver(shard, records[start : start + BATCH])
            count += len(records)
            self.handled += len(records)
            following = answer.get("NextShardIterator")
            if following is None:  # the shard is closed and read to its end
                del self._iterators[shard]
                self._find_shards("TRIM_HORIZON")
                return count
            self._iterators[shard] = following
            if not records:
                return count

    def _to_event(self, record: Record) -> Record:
        keys = record["dynamodb"]["Keys"]
        key = (keys["pk"]["S"], keys["sk"]["S"])
        expired = record["eventName"] == "REMOVE" and key in self._expired
        if expired:
            self._expired.discard(key)
        return stream_record(record, self._arn, expired=expired)

    def _deliver(self, shard: str, records: list[Record], attempt: int = 1) -> None:
        """Deliver a batch; from its first failure on, retry in halves and in order."""
        failed = self._project.invoke({"Records": records})
        if failed is not None and not failed:
            return
        left = records[_first_failure(records, failed) :]
        if attempt >= ATTEMPTS and len(left) == 1:
            self._give_up(shard, left[0])
            return
        if self._stopping.wait(min(0.05 * 2**attempt, MAX_WAIT_SECONDS)):
            return
        half = (len(left) + 1) // 2
        self._deliver(shard, left[:half], attempt + 1)
        if left[half:]:
            self._deliver(shard, left[half:], attempt + 1)

    def _give_up(self, shard: str, record: Record) -> None:
        """Send the record's position, never its content, to the dead letters, as Lambda does."""
        number = record["dynamodb"]["SequenceNumber"]
        log.error("a stream record was abandoned, sequence number %s", number)
        message = {
            "requestContext": {"functionArn": "undersigned-local-project", "condition": "RetryAttemptsExhausted"},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": number,
                "endSequenceNumber": number,
                "batchSize": 1,
                "streamArn": self._arn,
            },
        }
        try:
            self._queues.send_message(QueueUrl=self._dead_letters, MessageBody=json.dumps(message))
        except (BotoCoreError, ClientError):
            log.exception("cannot reach the dead-letter queue")


def _first_failure(records: list[Record], failed: set[str] | None) -> int:
    """The index at which Lambda retries: the lowest failed number, or the start when that is unknown."""
    if failed is None:
        return 0
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    indexes = [numbers.index(number) for number in failed if number in numbers]
    return min(indexes) if len(indexes) == len(failed) else 0
