from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.aws.time_to_live import TimeToLive
from local.functions import stream_poller
from local.functions.events import queue_event
from local.functions.invocation import Lambda
from local.functions.queue_poller import QueuePoller
from local.functions.stream_poller import StreamPoller

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.conftest import Cloud

pytestmark = pytest.mark.engine
Event = dict[str, Any]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_poller, "MAX_WAIT_SECONDS", 0.01)


class Projector:
    """Remembers what it counted; `fault` says what goes wrong with a batch."""

    def __init__(self, fault: Callable[[list[str]], Event | None] = lambda _: None) -> None:
        self.counted: list[str] = []
        self.batches: list[list[str]] = []
        self._fault = fault

    def __call__(self, event: Event, _context: Any) -> Event | None:
        names = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        self.batches.append(names)
        answer = self._fault(names)
        if answer is None:
            self.counted += names
        return answer


def a_pump(cloud: Cloud, projector: Projector, expired: set[tuple[str, str]] | None = None) -> StreamPoller:
    pump = StreamPoller(
        cloud.session, cloud.resources, Lambda("project", projector), expired if expired is not None else set()
    )
    pump.start_at_latest()
    return pump


def put(cloud: Cloud, *names: str, **more: Any) -> None:
    for name in names:
        item = {"pk": {"S": "c#0"}, "sk": {"S": name}, "signed_at": {"S": "2026"}, **more}
        cloud.client("dynamodb").put_item(TableName=cloud.resources.signatures_table, Item=item)


def letters(cloud: Cloud, url: str) -> list[Any]:
    answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        cloud.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_the_stream_arrives_in_order_from_where_the_pump_began(cloud: Cloud) -> None:
    put(cloud, "before")
    projector = Projector()
    pump = a_pump(cloud, projector)
    names = [f"n{number:03}" for number in range(130)]
    put(cloud, *names)
    assert pump.step() == 130
    assert projector.counted == names
    assert max(len(batch) for batch in projector.batches) <= 100
    assert pump.step() == 0


def test_a_projector_that_raises_gets_the_batch_again(cloud: Cloud) -> None:
    failures = iter([True, True])

    def fault(_names: list[str]) -> Event | None:
        if next(failures, False):
            raise RuntimeError("not now")
        return None

    projector = Projector(fault)
    pump = a_pump(cloud, projector)
    put(cloud, "a1", "a2", "a3")
    pump.step()
    assert projector.counted == ["a1", "a2", "a3"]


def test_a_partial_failure_starts_again_at_the_failed_record(cloud: Cloud) -> None:
    numbers: dict[str, str] = {}
    first = iter([True])

    class Partial(Projector):
        def __call__(self, event: Event, context: Any) -> Event | None:
            for record in event["Records"]:
                numbers[record["dynamodb"]["Keys"]["sk"]["S"]] = record["dynamodb"]["SequenceNumber"]
            if next(first, False):
                super().__call__({"Records": event["Records"][:2]}, context)
                return {"batchItemFailures": [{"itemIdentifier": numbers["b3"]}]}
            return super().__call__(event, context)

    projector = Partial()
    pump = a_pump(cloud, projector)
    put(cloud, "b1", "b2", "b3", "b4")
    pump.step()
    assert projector.counted == ["b1", "b2", "b3", "b4"]


def test_a_record_that_never_succeeds_goes_to_the_dead_letters_and_the_rest_goes_on(cloud: Cloud) -> None:
    def fault(names: list[str]) -> Event | None:
        if "poison" in names:
            raise RuntimeError("never")
        return None

    projector = Projector(fault)
    pump = a_pump(cloud, projector)
    put(cloud, "c1", "c2", "poison", "c3", "c4")
    pump.step()
    assert projector.counted == ["c1", "c2", "c3", "c4"]
    (letter,) = letters(cloud, cloud.resources.projector_dead_letters_url)
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "poison" not in json.dumps(letter)


def test_what_expired_is_deleted_with_a_record_and_what_was_refreshed_stays(cloud: Cloud) -> None:
    seen: list[Event] = []

    def project(event: Event, _context: Any) -> None:
        seen.extend(event["Records"])

    past, future = {"N": str(int(time.time()) - 5)}, {"N": str(int(time.time()) + 500)}
    put(cloud, "old", expires_at=past)
    put(cloud, "fresh", expires_at=future)
    expiry = TimeToLive(cloud.session, cloud.resources)
    pump = StreamPoller(cloud.session, cloud.resources, Lambda("project", project), expiry.expired)
    pump.start_at_latest()
    expiry.delete_expired()
    pump.step()
    removed = [record for record in seen if record["eventName"] == "REMOVE"]
    assert [record["dynamodb"]["Keys"]["sk"]["S"] for record in removed] == ["old"]
    assert removed[0]["userIdentity"]["principalId"] == "dynamodb.amazonaws.com"
    assert removed[0]["dynamodb"]["OldImage"]["expires_at"] == past


def test_only_what_failed_comes_back_to_the_queue(cloud: Cloud) -> None:
    handled: list[str] = []
    failing = {"m1"}

    def mail(event: Event, _context: Any) -> Event:
        failed = [record for record in event["Records"] if record["body"] in failing]
        handled.extend(record["body"] for record in event["Records"] if record not in failed)
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    queues, url = cloud.client("sqs"), cloud.resources.mail_queue_url
    pump = QueuePoller(cloud.session, url, Lambda("mail", mail), lambda messages: queue_event(messages, "arn"))
    for name in ("m0", "m1", "m2"):
        queues.send_message(QueueUrl=url, MessageBody=name)
    assert pump.step() == 2
    assert pump.waiting() == (0, 1)
    failing.clear()
    time.sleep(1.1)
    assert pump.step() == 1
    assert sorted(handled) == ["m0", "m1", "m2"]
    assert pump.waiting() == (0, 0)


@pytest.mark.slow
def test_a_message_that_never_succeeds_ends_in_the_dead_letters(cloud: Cloud) -> None:
    tries = 0

    def mail(_event: Event, _context: Any) -> Event:
        nonlocal tries
        tries += 1
        raise RuntimeError("never")

    url = cloud.resources.mail_queue_url
    shape = lambda messages: queue_event(messages, "arn")  # noqa: E731
    pump = QueuePoller(cloud.session, url, Lambda("mail", mail), shape, max_wait_seconds=0)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody='{"poison": true}')
    deadline = time.monotonic() + 20
    while pump.waiting() != (0, 0) and time.monotonic() < deadline:
        pump.step()
    assert tries == 10  # the template's maxReceiveCount
    assert letters(cloud, cloud.resources.mail_dead_letters_url) == [{"poison": True}]
