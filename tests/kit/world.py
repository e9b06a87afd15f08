"""A deployment in one process: the real app behind the real gateway, moto or dynoxide under it, a clock that obeys.

Only SES is stood in for, at the client: no emulator keeps the headers of a mail (they are what we test).
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring
from local.aws.iam_permissions import Permissions, running_as
from local.aws.resources import Resources, create
from local.aws.template import Template
from local.functions.api_gateway import Gateway, LambdaContext
from local.functions.events import queue_event, schedule_event, stream_record, topic_event
from local.http.server import Answer, Request
from tests.kit.factories import NOW, a_document, a_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from pytest import MonkeyPatch  # noqa: PT013

BASE = "https://api.example"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass
class Mail:
    """One request that the mailer made of SES."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str]
    request: dict[str, Any]

    def link(self, purpose: str) -> str:
        """The path of the first link for `purpose` in the text part, or of its header."""
        found = re.search(rf"{BASE}(/{purpose}/[^\s>?]+)", self.text + " ".join(self.headers.values()))
        assert found, f"no {purpose} link in the mail"
        return found[1]


class Ses:
    """Takes mails, or refuses them with the SES code in `refuses`."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.refuses = ""
        self.before_answer: Callable[[], None] = lambda: None

    def send_email(self, **request: Any) -> dict[str, str]:
        if self.refuses:
            raise ClientError({"Error": {"Code": self.refuses, "Message": "refused"}}, "SendEmail")
        simple = request["Content"]["Simple"]
        self.sent.append(
            Mail(
                to=request["Destination"]["ToAddresses"][0],
                subject=simple["Subject"]["Data"],
                text=simple["Body"]["Text"]["Data"],
                html=simple["Body"]["Html"]["Data"],
                headers={header["Name"]: header["Value"] for header in simple["Headers"]},
                tags={tag["Name"]: tag["Value"] for tag in request["EmailTags"]},
                request=request,
            )
        )
        self.before_answer()
        return {"MessageId": f"ses-{len(self.sent)}"}


@dataclass
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def text(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Functions:
    """The app's functions, each of them held to its policy while it runs."""

    def __init__(self, app: Any, world: World) -> None:
        self._app = app
        self._world = world

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._app, name)

        def call(*event: Any) -> Any:
            self._world.starts()
            with running_as(name):
                return function(*event)

        return call


@dataclass
class World:
    """One deployment. `calls` counts AWS calls of the app by operation, `units` the capacity of each."""

    resources: Resources
    session: Any
    gateway: Gateway
    app: Any
    permissions: Permissions
    session_of_the_app: Any
    ses: Ses = field(default_factory=Ses)
    now: datetime = NOW
    calls: Counter[str] = field(default_factory=Counter)
    units: list[dict[str, Any]] = field(default_factory=list)
    admin_key: str = ""
    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _iterators: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    client: str = "203.0.113.9"

    # --- containers

    starts: Callable[[], None] = lambda: None  # before each call of a function; `cold` there makes each a first one

    def cold(self) -> None:
        """Forgets all that a function remembers, as its next container would."""
        wiring.cache_clear()
        wired = wiring()
        original = wired.client

        def client(service: str, attempts: int = 3, **options: Any) -> Any:
            kind = (service, attempts, *options)  # clients remember nothing: containers may share them
            if kind not in self._clients:
                self._clients[kind] = self.permissions.watch(original(service, attempts, **options))
                _watch(self, self._clients[kind])
            return _Mailer(self) if service == "sesv2" else self._clients[kind]

        about: dict[str, Any] = {"clock": lambda: self.now, "client": client, "_session": self.session_of_the_app}
        wired.__dict__.update(about)
        wired.tally_projector.sleep = lambda _seconds: None

    # --- time

    def later(self, **delta: float) -> None:
        """Moves the clock; caches age with it."""
        self.now += timedelta(**delta)

    # --- HTTP

    def request(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Reply:
        """One request through the gateway. Header names: `content_type`, `accept`."""
        url, _, query = path.partition("?")
        named = [(name.replace("_", "-").title(), value) for name, value in headers.items()]
        raw = body.encode() if isinstance(body, str) else body
        self.starts()
        named.append(("Host", "api.example"))
        answer: Answer = self.gateway.handle(Request(method, url, query, named, raw, self.client))
        return Reply(answer.status, {name.lower(): value for name, value in answer.headers}, answer.body)

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, **headers)

    def post_json(self, path: str, value: Any, **headers: str) -> Reply:
        kinds = {"content_type": "application/json", "accept": "application/json"}
        return self.request("POST", path, json.dumps(value), **(kinds | headers))

    def post_form(self, path: str, fields: Any, **headers: str) -> Reply:
        kinds = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html"}
        return self.request("POST", path, urlencode(fields, doseq=True), **(kinds | headers))

    def admin(self, method: str, path: str, value: Any = None, **headers: str) -> Reply:
        headers.setdefault("authorization", f"Bearer {self.admin_key}")
        body = b"" if value is None else json.dumps(value).encode()
        return self.request(method, path, body, content_type="application/json", **headers)

    # --- what organisers and signers do

    def publish(self, campaign: str = "peru", **changes: Any) -> dict[str, Any]:
        """Creates or replaces a campaign through the admin route."""
        found = self.admin("GET", f"/admin/campaigns/{campaign}")
        extra = {"if_match": found.headers["etag"]} if found.status == 200 else {}
        reply = self.admin("PUT", f"/admin/campaigns/{campaign}", a_document(**changes), **extra)
        assert reply.status in {200, 201}, reply.text
        result: dict[str, Any] = reply.json
        return result

    def sign(self, campaign: str = "peru", **changes: Any) -> Reply:
        return self.post_json(f"/campaigns/{campaign}/signatures", a_form(**changes))

    def sign_and_confirm(self, campaign: str = "peru", **changes: Any) -> None:
        assert self.sign(campaign, **changes).status == 201
        self.drain()
        assert self.post_form(self.ses.sent[-1].link("confirm"), {}).status == 200
        self.drain()

    def counts(self, campaign: str = "peru") -> dict[str, Any]:
        reply = self.admin("GET", f"/admin/campaigns/{campaign}/counts")
        assert reply.status == 200, reply.text
        result: dict[str, Any] = reply.json
        return result

    # --- events

    def drain(self) -> None:
        """Delivers every stream record and every mail job until nothing moves; a job that fails is left in the queue."""
        failing: set[str] = set()
        while self.project() or self.mail(failing):
            pass

    def new_records(self) -> list[dict[str, Any]]:
        """Stream records since the last look, in order."""
        streams = self.session.client("dynamodbstreams", config=Config(parameter_validation=False))
        arn = self.resources.stream_arn
        found: list[dict[str, Any]] = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            if name not in self._iterators:
                start = streams.get_shard_iterator(StreamArn=arn, ShardId=name, ShardIteratorType="TRIM_HORIZON")
                self._iterators[name] = start["ShardIterator"]
            while True:
                answer = streams.get_records(ShardIterator=self._iterators[name], Limit=1000)
                self._iterators[name] = answer.get("NextShardIterator", self._iterators[name])
                found += filter(None, (_honest(stream_record(record, arn)) for record in answer["Records"]))
                if not answer["Records"]:
                    break
        self.records += found
        return found

    def project(self, size: int = 100) -> int:
        records = self.new_records()
        for start in range(0, len(records), size):
            self.app.project({"Records": records[start : start + size]}, None)
        return len(records)

    def take_jobs(self) -> list[dict[str, Any]]:
        """Up to ten messages of the mail queue, taken off it."""
        sqs = self.session.client("sqs")
        url = self.resources.mail_queue_url
        messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def mail(self, failing: set[str] | None = None) -> int:
        """One batch to the mailer; what fails goes back to the queue once. Returns how many were handled."""
        failing = set() if failing is None else failing
        messages = self.take_jobs()
        if not messages:
            return 0
        failed = {f["itemIdentifier"] for f in self.app.mail(queue_event(messages, "arn"), None)["batchItemFailures"]}
        sqs = self.session.client("sqs")
        for message in messages:
            if message["MessageId"] in failed:
                sqs.send_message(QueueUrl=self.resources.mail_queue_url, MessageBody=message["Body"])
        fresh = [m for m in messages if m["MessageId"] not in failed or m["Body"] not in failing]
        failing |= {m["Body"] for m in messages if m["MessageId"] in failed}
        return len(fresh)

    def ses_event(self, event: dict[str, Any]) -> None:
        """Hands an SES event to the feedback function, as SNS does."""
        self.ses_text(json.dumps(event))

    def ses_text(self, message: str) -> None:
        envelope = {"TopicArn": self.resources.feedback_topic_arn, "Message": message, "Type": "Notification"}
        self.app.feedback(topic_event(envelope), None)

    def dead_letters(self) -> list[dict[str, Any]]:
        sqs = self.session.client("sqs")
        found = sqs.receive_message(QueueUrl=self.resources.mail_dead_letters_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def run_scheduled(self) -> None:
        """One call of the hourly job, and all that follows from it."""
        self.app.scheduled(schedule_event(), LambdaContext("scheduled"))
        self.drain()

    def export(self) -> int:
        """Every waiting export job to its function, one by one; what fails goes back to the queue once."""
        sqs, url, done = self.session.client("sqs"), self.resources.export_queue_url, 0
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            failed = self.app.export(queue_event([message], "arn"), LambdaContext("export"))["batchItemFailures"]
            if failed:
                sqs.send_message(QueueUrl=url, MessageBody=message["Body"])
            done += not failed
        return done

    def file(self, url: str) -> bytes:
        """What stands behind a signed link, as it lies in the bucket."""
        place = urlsplit(url)
        name = place.path.lstrip("/").removeprefix(f"{os.environ['EXPORT_BUCKET']}/")
        found = self.session.client("s3").get_object(Bucket=os.environ["EXPORT_BUCKET"], Key=name)
        content: bytes = found["Body"].read()
        return content

    # --- what lies in the tables

    def items(self, table: str) -> list[dict[str, Any]]:
        pages = self.session.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    def signatures(self) -> list[dict[str, Any]]:
        return self.items(self.resources.signatures_table)

    # --- counting

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """The AWS calls made inside."""
        self.calls.clear()
        self.units.clear()
        yield self.calls


@dataclass
class _Mailer:
    """SES as the mailer reaches it, if its policy lets it."""

    world: World

    def send_email(self, **request: Any) -> dict[str, str]:
        self.world.permissions.check("sesv2", "SendEmail", request)
        return self.world.ses.send_email(**request)


def _honest(record: dict[str, Any]) -> dict[str, Any] | None:
    """moto tells of an upsert as of two changes, the first with nothing but the key in it: DynamoDB does not."""
    change = record["dynamodb"]
    if "state" not in change.get("OldImage", {}):
        change.pop("OldImage", None)
    if "state" not in change.get("NewImage", {}):
        change.pop("NewImage", None)
    return record if {"OldImage", "NewImage"} & change.keys() else None


def _watch(world: World, client: Any) -> None:
    def before(params: Any, model: Any, **_: Any) -> None:  # noqa: ARG001
        world.calls[model.name] += 1

    def with_capacity(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "ReturnConsumedCapacity": "INDEXES"}

    def after(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:  # noqa: ARG001
        if "ConsumedCapacity" in parsed:
            world.units.append({"operation": model.name, "capacity": parsed["ConsumedCapacity"]})

    client.meta.events.register("before-call.*.*", before)
    if client.meta.service_model.service_name == "dynamodb":
        client.meta.events.register("provide-client-params.dynamodb.*", with_capacity)
        client.meta.events.register("after-call.dynamodb.*", after)


class _Session(boto3.session.Session):
    """Makes one client a service, whoever asks: a client costs as much as twenty calls to moto."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def client(self, service_name: str, **options: Any) -> Any:  # type: ignore[override]  # only what tests use
        if service_name not in self._made:
            self._made[service_name] = super().client(service_name, **options)  # type: ignore[call-overload]  # any
        return self._made[service_name]


@cache
def _sessions(tables_at: str) -> tuple[_Session, Any]:
    """One for the test's own hands and one for the app, for all worlds whose engine is at `tables_at`: moto forgets
    what was in it with each world, and clients remember nothing.
    """
    del tables_at  # read from the environment when a client is made
    return _Session(), boto3.session.Session()


@contextmanager
def a_world(monkeypatch: MonkeyPatch, *, tables_at: str = "") -> Iterator[World]:
    """A fresh deployment; `tables_at` is the address of a DynamoDB engine to use instead of moto's."""
    import app

    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }
    if tables_at:
        environment |= {"AWS_ENDPOINT_URL_DYNAMODB": tables_at, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": tables_at}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config: Any = {"core": {"passthrough": {"urls": [rf"{tables_at}.*"] if tables_at else []}}}
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config=config))
        template = Template({"Production": "false", "PublicUrl": BASE})
        session, of_the_app = _sessions(tables_at)
        resources = create(template, session)
        for name, value in template.environment("APIHandler").items():
            monkeypatch.setenv(name, value)
        for name, value in template.environment("Export").items() | template.environment("Mail").items():
            monkeypatch.setenv(name, value)
        stack.callback(wiring.cache_clear)
        permissions = Permissions(template)
        gateway = Gateway(app.app, template, changed=lambda: None)
        world = World(resources, session, gateway, app, permissions, of_the_app)
        world.app = Functions(app, world)
        world.cold()
        _, world.admin_key = wiring().keyring.create("tests", Role.ADMIN)
        yield world
        assert not permissions.denied, "a policy in .chalice allows less than its function needs"
