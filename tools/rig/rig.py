"""The packaged functions in their containers, with services behind them, and what the cases need of a deployment.

`with Rig(package) as rig:` unpacks and starts; a container starts with the first event of its function.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import uuid
import zipfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chalicelib.domain.access.api_keys import Role
from chalicelib.services.access.keyring import Keyring
from chalicelib.storage.access.api_keys import ApiKeys
from chalicelib.storage.dynamodb.table import Table
from chalicelib.stores import utc_now
from deploy.packaging.archives import ARCHIVES
from local.functions.events import stream_record
from local.startup.sample_campaigns import documents
from tools.rig.aws_events import rest_request
from tools.rig.container import Container, Function
from tools.rig.runtime_folder import runtime
from tools.rig.services import Services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from tools.rig.runtime_api import Outcome

SAMPLE = "no-troops-in-peru"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
LIVES = 10  # times as long as the template says, as a busy machine is no failure
FORM = "/campaigns/{campaign}/signatures"
Record = dict[str, Any]


class Rig:
    """A deployment of the package in `packaged` (`sam.json` and the zips), on the runtime `of` or the one that is deployed."""

    def __init__(self, packaged: Path, of: str = "") -> None:
        self._packaged = packaged
        self.runtime = runtime(of)
        self._stack = contextlib.ExitStack()
        self._shards: dict[str, str] = {}
        self._records: list[Record] = []

    def __enter__(self) -> Self:
        """Unpack the code and start the services."""
        with contextlib.ExitStack() as started:
            folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="undersigned-rig-")))
            self._unpack(folder)
            self.services = started.enter_context(Services(self._packaged, folder))
            self.containers = {one.name: self._container(one, code, folder) for one, code in self._functions(folder)}
            for container in self.containers.values():
                started.callback(container.stop)
            self._stack = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        self._stack.close()

    def _unpack(self, folder: Path) -> None:
        for name in ARCHIVES:
            with zipfile.ZipFile(self._packaged / name) as archive:
                archive.extractall(folder / name)

    def _container(self, function: Function, code: Path, folder: Path) -> Container:
        return Container(function, code, self.runtime, folder / function.name)

    def _functions(self, folder: Path) -> list[tuple[Function, Path]]:
        """Each function, and the folder with its code."""
        found = []
        for logical_id in self.services.template.of_type("AWS::Serverless::Function"):
            facts = self.services.template.resources[logical_id]["Properties"]
            handler = facts["Handler"]
            name = handler.removeprefix("app.").replace("app", "api")
            variables = self.services.variables(logical_id)
            function = Function(name, handler, facts["Timeout"] * LIVES, facts["MemorySize"], variables)
            found.append((function, folder / facts["CodeUri"]))
        return found

    def invoke(self, function: str, event: Any, *, seconds: float | None = None) -> Outcome:
        """One event for a function, by the name of its handler; the api's is `api`."""
        return self.containers[function].invoke(event, seconds=seconds)

    # --- what the cases need of a deployment

    @cached_property
    def admin(self) -> dict[str, str]:
        """The headers of an administrator."""
        table = Table(self.services.clients["dynamodb"], self.services.resources.registry_table)
        _, secret = Keyring(ApiKeys(table), utc_now).create("rig", Role.ADMIN)
        return {**JSON, "Authorization": f"Bearer {secret}"}

    @contextlib.contextmanager
    def without_keys(self) -> Iterator[None]:
        """Inside, there are no API keys; afterwards there are those of before again."""
        client, table = self.services.clients["dynamodb"], self.services.resources.registry_table
        found = client.scan(TableName=table)["Items"]
        keys = [item for item in found if item["pk"]["S"].startswith("key#")]
        for item in keys:
            client.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
        yield
        for item in keys:
            client.put_item(TableName=table, Item=item)

    def new_campaign(self, **changes: Any) -> str:
        """Publishes a campaign and returns its id."""
        name = f"rig-{uuid.uuid4().hex[:8]}"
        self.ask("PUT", "/admin/campaigns/{campaign}", {"campaign": name}, documents([])[SAMPLE] | changes)
        return name

    def sign(self, campaign: str, address: str = "", **more: Any) -> Record:
        """Signs; returns the stream's record of that."""
        self.ask("POST", FORM, {"campaign": campaign}, a_form(address) | more)
        return self.records(campaign)[-1]

    def mail_jobs(self, records: list[Record]) -> list[str]:
        """Has `records` counted; returns the jobs that follow, in the queue's words."""
        assert self.invoke("project", {"Records": records}).payload == {"batchItemFailures": []}
        campaign = records[0]["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0]
        return self.take(self.services.resources.mail_queue_url, campaign)

    def records(self, campaign: str) -> list[Record]:
        """All records of the stream about a campaign, in order."""
        streams, arn = self.services.clients["dynamodbstreams"], self.services.resources.stream_arn
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            if name not in self._shards:
                start = streams.get_shard_iterator(StreamArn=arn, ShardId=name, ShardIteratorType="TRIM_HORIZON")
                self._shards[name] = start["ShardIterator"]
            answer = streams.get_records(ShardIterator=self._shards[name])
            self._shards[name] = answer["NextShardIterator"]
            self._records += [stream_record(record, arn) for record in answer["Records"]]
        return [one for one in self._records if campaign in one["dynamodb"]["Keys"]["pk"]["S"]]

    def take(self, url: str, campaign: str) -> list[str]:
        """Empties a queue; the bodies of the messages about `campaign`."""
        sqs, bodies = self.services.clients["sqs"], []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return [body for body in bodies if campaign in body]

    def ask(self, method: str, resource: str, parameters: dict[str, str], document: Any = None) -> Any:
        """The document that an administrator gets in answer to `document`."""
        body = None if document is None else json.dumps(document)
        outcome = self.invoke("api", rest_request(method, resource, parameters, body=body, headers=self.admin))
        assert outcome.payload.get("statusCode") in {200, 201, 202}, outcome
        return json.loads(outcome.payload["body"])


def a_form(address: str = "") -> dict[str, str]:
    """What a signer fills in; by default nobody has signed with that address: each gets five emails a day only."""
    return {
        "email": address or f"{uuid.uuid4().hex}@example.org",
        "given_name": "Ana",
        "family_name": "Quispe",
        "country": "PE",
    }
