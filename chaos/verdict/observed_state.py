"""What is there after the storm, read from the tables, the queue and the mails directly, without the app's own readers."""

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
    from chaos.stack.cluster import Arena

_plain = TypeDeserializer().deserialize
LOGS = "*.jsonl"
OUTBOX = "outbox.jsonl"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that was taken from `sender` at `at`; `is_heard_of` is False when the mailer got no answer."""

    campaign: str
    signature: str
    kind: str
    to: str
    subject: str
    text: str
    sender: str
    at: float
    is_heard_of: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the promises are checked against.

    `rows` and `registry` are the items of both tables, `ids` the key of each person's signature, `dead` and `refused`
    `(campaign, signature)` in the dead letters and refused for good, `kills` `(process, time)`, `exhausted` how many jobs the queue itself laid aside after ten tries.
    """

    people: Sequence[Person]
    ledger: Ledger
    rows: Sequence[Mapping[str, Any]]
    registry: Sequence[Mapping[str, Any]]
    ids: Mapping[int, str]
    mails: Sequence[Mail] = ()
    dead: frozenset[tuple[str, str]] = frozenset()
    refused: frozenset[tuple[str, str]] = frozenset()
    exhausted: int = 0
    kills: Sequence[tuple[str, float]] = ()
    differences: Sequence[str] = ()
    crashes: Sequence[str] = ()
    logs: str = ""
    signed_by: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signed_by", {signature: number for number, signature in self.ids.items()})


def gather(arena: Arena, ledger: Ledger, differences: Sequence[Any]) -> Evidence:
    """Reads it all; nothing may be running any more."""
    people, resources = arena.plan.people, arena.resources
    pepper = wiring().pepper()
    dead = list(_dead_letters(resources.mail_dead_letters_url))
    return Evidence(
        people=people,
        ledger=ledger,
        rows=list(_items(resources.signatures_table)),
        registry=list(_items(resources.registry_table)),
        ids={p.number: signature_id(pepper, p.campaign, canonical(p.spellings[0])) for p in people},
        mails=[_mail(mail, arena) for mail in arena.post_office.mails()],
        dead=frozenset((job["campaign"], job["signature"]) for job in dead if "code" in job),
        exhausted=sum("code" not in job for job in dead),
        refused=frozenset(arena.post_office.refused),
        kills=arena.supervisor.kills,
        differences=[str(difference) for difference in differences],
        crashes=arena.supervisor.crashes,
        logs=_logs(arena.folder),
    )


def _items(table: str) -> Iterator[dict[str, Any]]:
    for page in aws_session().client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            yield {name: _plain(value) for name, value in item.items()}


def _mail(mail: Mapping[str, Any], arena: Arena) -> Mail:
    tags, name = mail["tags"], mail["message_id"]
    facts = tags["campaign"], tags["signature"], tags["kind"], mail["to"], mail["subject"], mail["text"]
    return Mail(*facts, *arena.post_office.senders[name], is_heard_of=name not in arena.book.unheard_mails)


def _dead_letters(queue_url: str) -> Iterator[dict[str, str]]:
    """Jobs that were laid aside: by the mailer for good, with a code that says why, or by the queue."""
    queues = aws_session().client("sqs")
    while found := queues.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
        yield from (json.loads(message["Body"]) for message in found)


def _logs(folder: Path) -> str:
    paths = [path for path in folder.glob(LOGS) if path.name != OUTBOX]
    return "\n".join(path.read_text(errors="replace") for path in paths)
