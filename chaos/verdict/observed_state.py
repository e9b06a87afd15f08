"""What is stored after the storm, read directly from tables, queue and outbox instead of through the app's code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from chalicelib.domain.addresses.email_addresses import canonical, signature_id
from local.startup.app_loader import wiring
from local.startup.environment import aws_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from chaos.plan import Person
    from chaos.signers.request_ledger import Ledger
    from chaos.stack.cluster import Cluster

_plain = TypeDeserializer().deserialize
LOGS = "*.jsonl"
OUTBOX = "outbox.jsonl"
# The kind of an update here, with its id: each is an email of its own.
UPDATE = "update:"


@dataclass(frozen=True, slots=True)
class SentEmail:
    """One email accepted from process `sender` at `at`; `is_answered` is False when the mailer got no answer."""

    campaign: str
    signature: str
    kind: str
    to: str
    subject: str
    text: str
    sender: str
    at: float
    is_answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedState:
    """Everything that the promises are checked against.

    `rows` and `registry` are the items of both tables, `ids` the key of each person's signature, `dead` and `refused` the
    `(campaign, signature)` in the dead letters and of permanently rejected emails, `kills` are `(process, time)`, and
    `exhausted` is how many jobs the queue moved to the dead letters after ten tries.
    """

    people: Sequence[Person]
    ledger: Ledger
    rows: Sequence[Mapping[str, Any]]
    registry: Sequence[Mapping[str, Any]]
    ids: Mapping[int, str]
    emails: Sequence[SentEmail] = ()
    dead: frozenset[tuple[str, str]] = frozenset()
    rejected: frozenset[tuple[str, str]] = frozenset()
    exhausted: int = 0
    kills: Sequence[tuple[str, float]] = ()
    differences: Sequence[str] = ()
    crashes: Sequence[str] = ()
    logs: str = ""
    signed_by: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signed_by", {signature: number for number, signature in self.ids.items()})


def observe(cluster: Cluster, ledger: Ledger, differences: Sequence[Any]) -> ObservedState:
    """Read everything; nothing may be running any more."""
    people, resources = cluster.plan.people, cluster.resources
    pepper = wiring().pepper()
    dead = list(_dead_letters(resources.mail_dead_letters_url))
    return ObservedState(
        people=people,
        ledger=ledger,
        rows=list(_items(resources.signatures_table)),
        registry=list(_items(resources.registry_table)),
        ids={p.number: signature_id(pepper, p.campaign, canonical(p.spellings[0])) for p in people},
        emails=[_mail(mail, cluster) for mail in cluster.fake_ses.emails()],
        dead=frozenset((job["campaign"], job["signature"]) for job in dead if "code" in job),
        exhausted=sum("code" not in job for job in dead),
        rejected=frozenset(cluster.fake_ses.rejected),
        kills=cluster.supervisor.kills,
        differences=[str(difference) for difference in differences],
        crashes=cluster.supervisor.crashes,
        logs=_logs(cluster.folder),
    )


def _items(table: str) -> Iterator[dict[str, Any]]:
    for page in aws_session().client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            yield {name: _plain(value) for name, value in item.items()}


def _mail(mail: Mapping[str, Any], cluster: Cluster) -> SentEmail:
    tags, name = mail["tags"], mail["message_id"]
    kind = f"{UPDATE}{tags['update']}" if "update" in tags else tags["kind"]
    facts = tags["campaign"], tags["signature"], kind, mail["to"], mail["subject"], mail["text"]
    return SentEmail(*facts, *cluster.fake_ses.senders[name], is_answered=name not in cluster.fault_log.unheard_emails)


def _dead_letters(queue_url: str) -> Iterator[dict[str, str]]:
    """Jobs in the dead letters: put there by the mailer, with an error code, or by the queue."""
    queues = aws_session().client("sqs")
    while messages := queues.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        yield from (json.loads(message["Body"]) for message in messages)


def _logs(folder: Path) -> str:
    paths = [path for path in folder.glob(LOGS) if path.name != OUTBOX]
    return "\n".join(path.read_text(errors="replace") for path in paths)
