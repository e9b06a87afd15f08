"""A deployment in one process: the real app behind the local gateway, on moto or dynoxide, with a clock of its own.

Only SES is faked, at the client: no emulator keeps an email's headers, which we test.
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
from chalicelib.waiting import QUICK
from chalicelib.wiring import wiring
from local.aws.iam_permissions import Permissions, running_as
from local.aws.resources import Resources, create
from local.aws.template import Template
from local.functions.api_gateway import Gateway, LambdaContext
from local.functions.events import queue_event, schedule_event, stream_record, topic_event
from local.http.server import Answer, Request
from local.mail.ses import Refused, check_addresses
from tests.kit import moto_state
from tests.kit.checked_requests import check as check_request
from tests.kit.factories import NOW, a_document, a_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from pytest import MonkeyPatch  # noqa: PT013

    from chalicelib.waiting import Patience

BASE = "https://api.example"
A_READ = 1000  # the most that DynamoDB streams give at once
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass
class SentEmail:
    """One email that the mailer sent through SES."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str]
    request: dict[str, Any]

    def link(self, purpose: str) -> str:
        """The path of the first link for `purpose` in the text part or the headers."""
        match = re.search(rf"{BASE}(/{purpose}/[^\s>?]+)", self.text + " ".join(self.headers.values()))
        assert match, f"no {purpose} link in the email"
        return match[1]


class FakeSes:
    """Accepts emails, or refuses them with the SES error code in `refuses`."""

    def __init__(self) -> None:
        self.sent: list[SentEmail] = []
        self.refuses = ""
        self.suppressed: set[str] = set()
        self.identities: dict[str, bool | str] | None = None  # verified or not, or the code of a refusal; None: all are
        self.before_answer: Callable[[], None] = lambda: None
        self.quota: dict[str, float] = {"MaxSendRate": 1000.0, "Max24HourSend": -1.0, "SentLast24Hours": 0.0}

    def send_email(self, **request: Any) -> dict[str, str]:
        if self.refuses:
            raise ClientError({"Error": {"Code": self.refuses, "Message": "refused"}}, "SendEmail")
        others = request["Destination"]["ToAddresses"] + request.get("ReplyToAddresses", [])
        try:
            check_addresses(request["FromEmailAddress"], others)
        except Refused as refused:
            raise ClientError({"Error": {"Code": refused.code, "Message": str(refused)}}, "SendEmail") from None
        simple = request["Content"]["Simple"]
        self.sent.append(
            SentEmail(
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
    """An HTTP response."""

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
    """The app's functions, each restricted to its policy while it runs."""

    def __init__(self, app: Any, world: World) -> None:
        self._app = app
        self._world = world

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._app, name)

        def call(*event: Any) -> Any:
            self._world.before_call()
            with running_as(name):
                return function(*event)

        return call


@dataclass
class World:
    """One deployment. `calls` counts the app's AWS calls by operation; `units` lists their capacity."""

    resources: Resources
    session: Any
    gateway: Gateway
    app: Any
    permissions: Permissions
    app_session: Any
    ses: FakeSes = field(default_factory=FakeSes)
    now: datetime = NOW
    calls: Counter[str] = field(default_factory=Counter)
    units: list[dict[str, Any]] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)  # of the jobs of updates, in seconds
    admin_key: str = ""
    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _iterators: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    client: str = "203.0.113.9"

    # --- containers

    before_call: Callable[[], None] = lambda: (
        None
    )  # before each call of a function; set `cold_start` to test cold starts

    def cold_start(self) -> None:
        """Empties everything that a function keeps in memory, as in a new container."""
        wiring.cache_clear()
        wired = wiring()
        original = wired.client

        def client(service: str, patience: Patience = QUICK, **options: Any) -> Any:
            kind = (service, patience, *options)  # clients hold no state, so containers may share them
            if kind not in self._clients:
                self._clients[kind] = self.permissions.watch(original(service, patience, **options))
                _watch(self, self._clients[kind])
            return _SesClient(self) if service == "sesv2" else self._clients[kind]

        replacements: dict[str, Any] = {
            "clock": lambda: self.now,
            "dice": lambda: 0.0,
            "sleep": lambda seconds: self.later(seconds=seconds),
            "client": client,
            "_session": self.app_session,
        }
        wired.__dict__.update(replacements)
        wired.tally_projector.sleep = lambda _seconds: None

    # --- time

    def later(self, **delta: float) -> None:
        """Move the clock forward; caches age with it."""
        self.now += timedelta(**delta)

    # --- HTTP

    def request(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Reply:
        """One request through the gateway. Header names are written like `content_type`, `accept`."""
        url, _, query = path.partition("?")
        sent_headers = [(name.replace("_", "-").title(), value) for name, value in headers.items()]
        raw = body.encode() if isinstance(body, str) else body
        self.before_call()
        sent_headers.append(("Host", "api.example"))
        answer: Answer = self.gateway.handle(Request(method, url, query, sent_headers, raw, self.client))
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
        """Create or replace a campaign through the admin API."""
        existing = self.admin("GET", f"/admin/campaigns/{campaign}")
        extra = {"if_match": existing.headers["etag"]} if existing.status == 200 else {}
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
        """Deliver every stream record and mail job until nothing moves; a job that fails twice stays in the queue."""
        failing: set[str] = set()
        while self.run_projector() or self.run_mailer(failing):  # not both: a job that fails makes a record each time
            pass

    def new_records(self) -> list[dict[str, Any]]:
        """New stream records since the last call, in order."""
        if not self._iterators:
            self._find_shards()
        arn = self.resources.stream_arn
        found = [one for shard in list(self._iterators) for one in self._read(shard)]
        records = list(filter(None, (_as_dynamodb_would(stream_record(record, arn)) for record in found)))
        self.records += records
        return records

    def _find_shards(self) -> None:
        streams, arn = self._streams(), self.resources.stream_arn
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            start = streams.get_shard_iterator(StreamArn=arn, ShardId=name, ShardIteratorType="TRIM_HORIZON")
            self._iterators[name] = start["ShardIterator"]

    def _read(self, shard: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = self._streams().get_records(ShardIterator=self._iterators[shard], Limit=A_READ)
            self._iterators[shard] = answer["NextShardIterator"]  # no test writes so much that a shard is closed
            found += answer["Records"]
            if len(answer["Records"]) < A_READ:
                return found

    def _streams(self) -> Any:
        return self.session.client("dynamodbstreams", config=Config(parameter_validation=False))

    def run_projector(self, size: int = 100) -> int:
        records = self.new_records()
        for start in range(0, len(records), size):
            self.app.project({"Records": records[start : start + size]}, None)
        return len(records)

    def take_jobs(self) -> list[dict[str, Any]]:
        """Remove and return up to ten messages of the mail queue."""
        sqs = self.session.client("sqs")
        url = self.resources.mail_queue_url
        messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if messages:
            entries = [{"Id": one["MessageId"], "ReceiptHandle": one["ReceiptHandle"]} for one in messages]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
        return messages

    def run_mailer(self, failing: set[str] | None = None) -> int:
        """Deliver one batch to the mailer; return how many jobs succeeded or failed for the first time.

        Failed jobs go back to the queue; `failing` remembers them between calls.
        """
        failing = set() if failing is None else failing
        messages = self.take_jobs()
        if not messages:
            return 0
        failed = {f["itemIdentifier"] for f in self.app.mail(queue_event(messages, "arn"), None)["batchItemFailures"]}
        sqs = self.session.client("sqs")
        for message in messages:
            if message["MessageId"] in failed:
                sqs.send_message(QueueUrl=self.resources.mail_queue_url, MessageBody=message["Body"])
        progressed = [m for m in messages if m["MessageId"] not in failed or m["Body"] not in failing]
        failing |= {m["Body"] for m in messages if m["MessageId"] in failed}
        return len(progressed)

    def deliver_ses_event(self, event: dict[str, Any]) -> None:
        """Deliver an SES event to the feedback function, as SNS does."""
        self.deliver_ses_message(json.dumps(event))

    def deliver_ses_message(self, message: str) -> None:
        envelope = {"TopicArn": self.resources.feedback_topic_arn, "Message": message, "Type": "Notification"}
        self.app.feedback(topic_event(envelope), None)

    def dead_letters(self) -> list[dict[str, Any]]:
        sqs = self.session.client("sqs")
        found = sqs.receive_message(QueueUrl=self.resources.mail_dead_letters_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def run_scheduled(self) -> None:
        """Call the hourly function once, and deliver everything that follows from it."""
        self.app.scheduled(schedule_event(), LambdaContext("scheduled"))
        self.drain()

    def run_exports(self) -> int:
        """Run the waiting export jobs one by one; return how many succeeded. Failed jobs go back to the queue."""
        sqs, url, done = self.session.client("sqs"), self.resources.export_queue_url, 0
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            failed = self.app.export(queue_event([message], "arn"), LambdaContext("export"))["batchItemFailures"]
            if failed:
                sqs.send_message(QueueUrl=url, MessageBody=message["Body"])
            done += not failed
        return done

    def update_jobs(self) -> list[dict[str, Any]]:
        """Remove and return the waiting jobs of updates."""
        sqs, url, jobs = self.session.client("sqs"), self.resources.update_queue_url, []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            jobs += messages
        return jobs

    def run_updates(self, rounds: int = 1) -> int:
        """Run the waiting jobs of updates one by one, `rounds` times; return how many there were. Failed ones go back."""
        sqs, done = self.session.client("sqs"), 0
        for _ in range(rounds):
            for message in self.update_jobs():
                failed = self.app.updates(queue_event([message], "arn"), LambdaContext("updates"))["batchItemFailures"]
                if failed:
                    sqs.send_message(QueueUrl=self.resources.update_queue_url, MessageBody=message["Body"])
                done += 1
        return done

    def download(self, url: str) -> bytes:
        """The content of the export file that a signed link points to."""
        parts = urlsplit(url)
        name = parts.path.lstrip("/").removeprefix(f"{os.environ['EXPORT_BUCKET']}/")
        stored = self.session.client("s3").get_object(Bucket=os.environ["EXPORT_BUCKET"], Key=name)
        content: bytes = stored["Body"].read()
        return content

    # --- stored items

    def items(self, table: str) -> list[dict[str, Any]]:
        pages = self.session.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    def signatures(self) -> list[dict[str, Any]]:
        return self.items(self.resources.signatures_table)

    def delete_as_expired(self, item: dict[str, Any]) -> None:
        """Deletes a signature as DynamoDB does once it has expired."""
        key = {name: item[name] for name in ("pk", "sk")}
        self.session.client("dynamodb").delete_item(TableName=self.resources.signatures_table, Key=key)

    # --- counting

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """Counts the AWS calls in the block."""
        self.calls.clear()
        self.units.clear()
        yield self.calls


@dataclass
class _SesClient:
    """The SES client of the mailer, restricted by its policy."""

    world: World

    def send_email(self, **request: Any) -> dict[str, str]:
        self._check("SendEmail", request)
        return self.world.ses.send_email(**request)

    def get_account(self) -> dict[str, Any]:
        self._check("GetAccount", {})
        return {"SendQuota": self.world.ses.quota}

    def get_email_identity(self, **request: str) -> dict[str, bool]:
        self._check("GetEmailIdentity", request)
        identities = self.world.ses.identities
        found = True if identities is None else identities.get(request["EmailIdentity"], "NotFoundException")
        if isinstance(found, str):
            raise ClientError({"Error": {"Code": found, "Message": ""}}, "GetEmailIdentity")
        return {"VerifiedForSendingStatus": found}

    def _check(self, operation: str, request: dict[str, Any]) -> None:
        self.world.permissions.check("sesv2", operation, request)
        check_request("sesv2", operation, request)

    def delete_suppressed_destination(self, **request: str) -> dict[str, str]:
        check_request("sesv2", "DeleteSuppressedDestination", request)
        if request["EmailAddress"] not in self.world.ses.suppressed:
            raise ClientError({"Error": {"Code": "NotFoundException", "Message": ""}}, "DeleteSuppressedDestination")
        self.world.ses.suppressed.remove(request["EmailAddress"])
        return {}


def _as_dynamodb_would(record: dict[str, Any]) -> dict[str, Any] | None:
    """moto reports an upsert as two changes, the first one with only the key; drop what DynamoDB would not report."""
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

    def at_once(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        if params["QueueUrl"] != world.resources.update_queue_url:
            return params
        world.delays += [entry.get("DelaySeconds", 0) for entry in params["Entries"]]
        entries = [{name: value for name, value in one.items() if name != "DelaySeconds"} for one in params["Entries"]]
        return {**params, "Entries": entries}

    client.meta.events.register("before-call.*.*", before)
    if client.meta.service_model.service_name == "sqs":  # moto's clock is not the world's
        client.meta.events.register("provide-client-params.sqs.SendMessageBatch", at_once)
    if client.meta.service_model.service_name == "dynamodb":
        client.meta.events.register("provide-client-params.dynamodb.*", with_capacity)
        client.meta.events.register("after-call.dynamodb.*", after)


class _Session(boto3.session.Session):
    """Creates only one client per service: creating one costs as much as twenty calls to moto."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def client(self, service_name: str, **options: Any) -> Any:  # type: ignore[override]  # only what tests use
        if service_name not in self._made:
            self._made[service_name] = super().client(service_name, **options)  # type: ignore[call-overload]  # any
        return self._made[service_name]


@cache
def _sessions(tables_at: str) -> tuple[_Session, Any]:
    """The sessions of the test and of the app, shared by all worlds with the same engine at `tables_at`: moto is reset
    for each world, and clients hold no state.
    """
    del tables_at  # clients read it from the environment
    return _Session(), boto3.session.Session()


_put_aside: list[tuple[Resources, Template, moto_state.State]] = []


def _created_once(template: Template, session: Any) -> Resources:
    """The template's resources in moto: made by calls the first time, then as they were, the secret too."""
    if not _put_aside:
        _put_aside.append((create(template, session), template, moto_state.keep()))
        return _put_aside[0][0]
    resources, first, state = _put_aside[0]
    moto_state.restore(state)
    template.refs.update(first.refs)
    template.attributes.update(first.attributes)
    return resources


@contextmanager
def a_world(monkeypatch: MonkeyPatch, *, tables_at: str = "") -> Iterator[World]:
    """A new deployment; `tables_at` is the URL of a DynamoDB engine to use instead of moto."""
    import app

    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "PATIENCE": "10",
    }
    if tables_at:
        environment |= {"AWS_ENDPOINT_URL_DYNAMODB": tables_at, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": tables_at}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config: Any = {"core": {"passthrough": {"urls": [rf"{tables_at}.*"] if tables_at else []}}}
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config=config))
        template = Template({"Production": "false", "PublicUrl": BASE, "MembersSender": "sign-in@example.org"})
        session, app_session = _sessions(tables_at)
        resources = create(template, session) if tables_at else _created_once(template, session)
        for name, value in template.environment("APIHandler").items():
            monkeypatch.setenv(name, value)
        for name, value in (
            template.environment("Export").items()
            | template.environment("Mail").items()
            | template.environment("Updates").items()
        ):
            monkeypatch.setenv(name, value)
        stack.callback(wiring.cache_clear)
        permissions = Permissions(template)
        gateway = Gateway(app.app, template, changed=lambda: None)
        world = World(resources, session, gateway, app, permissions, app_session)
        world.app = Functions(app, world)
        world.cold_start()
        _, world.admin_key = wiring().keyring.create("tests", Role.ADMIN)
        yield world
        assert not permissions.denied, "a policy in .chalice allows less than its function needs"
