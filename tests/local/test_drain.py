"""`drain` answers only when nothing is left, whichever thread of the pump was busy with it when it was called."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.functions import worker
from local.functions.pump import Pump
from local.mail.ses_events import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.conftest import Cloud

pytestmark = pytest.mark.engine
LONG_SECONDS = 600.0
A_WHILE_SECONDS = 0.3


class App:
    """Functions that write down what reached them. The `slow` one goes on only when `may_go` is set."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.slow = ""
        self.began = threading.Event()
        self.may_go = threading.Event()
        self.counted: list[str] = []
        self.mails: list[str] = []
        self.reports: list[str] = []

    def project(self, event: dict[str, Any], _context: Any) -> None:
        self.counted += [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]

    def updates(self, _event: dict[str, Any], _context: Any) -> None:
        """Nothing comes here."""

    def mail(self, event: dict[str, Any], _context: Any) -> None:
        self._begin("mail")
        for record in event["Records"]:
            self._put(record["body"])
            self.mails.append(record["body"])

    def feedback(self, event: dict[str, Any], _context: Any) -> None:
        self.reports += [json.loads(record["Sns"]["Message"])["eventType"] for record in event["Records"]]

    def export(self, _event: dict[str, Any], _context: Any) -> None:
        """No test exports."""

    def scheduled(self, _event: dict[str, Any], _context: Any) -> None:
        self._begin("scheduled")
        if self.slow == "scheduled":
            self._put("scheduled")

    def _begin(self, function: str) -> None:
        if function == self.slow:
            self.began.set()
            assert self.may_go.wait(30)

    def _put(self, name: str) -> None:
        item = {"pk": {"S": "c#0"}, "sk": {"S": name}, "signed_at": {"S": "2026"}}
        self._cloud.client("dynamodb").put_item(TableName=self._cloud.resources.signatures_table, Item=item)


@pytest.fixture
def app(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> App:
    # The threads act only when a test wakes them: otherwise they might hide by their speed what `drain` overlooks.
    monkeypatch.setattr(worker, "POLL_SECONDS", LONG_SECONDS)
    monkeypatch.setattr("local.functions.pump.POLL_SECONDS", LONG_SECONDS)
    return App(cloud)


@pytest.fixture
def publisher(cloud: Cloud) -> Publisher:
    return Publisher(cloud.session, cloud.resources.feedback_topic_arn, {"delivery"})


@pytest.fixture
def pump(cloud: Cloud, app: App, publisher: Publisher) -> Iterator[Pump]:
    made = Pump(app, cloud.session, cloud.resources, publisher)
    made.start_at_latest()
    yield made
    app.may_go.set()
    made.stop()


def let_go_after_the_stream_was_read(pump: Pump, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: `drain` has just found the stream empty when the function in hand writes to it."""
    step = pump._stream.step

    def step_then_let_go() -> int:
        read = step()
        if threading.current_thread() is threading.main_thread():
            app.may_go.set()
        return read

    monkeypatch.setattr(pump._stream, "step", step_then_let_go)


def test_a_job_in_the_hands_of_a_mailer_is_counted_too(
    pump: Pump, app: App, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.slow = "mail"
    cloud.client("sqs").send_message(QueueUrl=cloud.resources.mail_queue_url, MessageBody="mailed")
    let_go_after_the_stream_was_read(pump, app, monkeypatch)
    pump.start()
    assert app.began.wait(30)
    assert pump.drain(30) == {"drained": True, "left": 0}
    assert (app.mails, app.counted) == (["mailed"], ["mailed"])


def test_what_the_first_daily_job_writes_is_counted_too(pump: Pump, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.slow = "scheduled"
    let_go_after_the_stream_was_read(pump, app, monkeypatch)
    threading.Timer(A_WHILE_SECONDS, app.may_go.set).start()  # if `drain` waits for it, as it should
    pump.start()
    assert app.began.wait(30)
    assert pump.drain(30) == {"drained": True, "left": 0}
    assert app.counted == ["scheduled"]


def test_a_report_between_ses_and_the_topic_is_taken_too(
    pump: Pump, app: App, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_taken, may_publish = threading.Event(), threading.Event()
    publish_batch = publisher._topics.publish_batch

    def slow(**request: Any) -> Any:
        is_taken.set()
        may_publish.wait(A_WHILE_SECONDS)
        return publish_batch(**request)

    monkeypatch.setattr(publisher._topics, "publish_batch", slow)
    mail = {"headers": {}, "sent_at": "", "from": "", "message_id": "", "destination": ["a@example.org"], "subject": ""}
    pump.start()
    publisher.publish_later(mail | {"configuration_set": "", "tags": {}})
    assert is_taken.wait(30)
    assert pump.drain(30) == {"drained": True, "left": 0}
    assert app.reports == ["Delivery"]
