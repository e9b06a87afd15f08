"""Who changed what, and when: ids and names of acts, never personal data. No change is written without its entry."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class AuditPosition:
    """Where an entry is in the log: when (a stamp), and its id."""

    at: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `key` is the id of the API key used, or `command`; `facts` are ids, versions and states."""

    act: str
    key: str
    position: AuditPosition
    facts: Mapping[str, Any]


def audit_item(act: str, key: str, *, now: datetime, entry: str = "", revision: int = 0, **facts: Any) -> Attributes:
    """An entry as an item of the Registry, to be written in one transaction with the change it records.

    `entry` names one that is written again as its numbers change, each time with a higher `revision`; without a name it is a
    new one.
    """
    pk, sk = item_keys.audit_key(entry or secrets.token_hex(8))
    summary = json.dumps({"act": act, "key": key, "facts": facts})
    return {
        "pk": pk,
        "sk": sk,
        "type": item_keys.AUDIT,
        "sort": stamp(now),
        "created_at": stamp(now),
        "summary": summary,
        **({"revision": revision} if revision else {}),
    }


def put_newer(table: Table, item: Attributes) -> None:
    """Writes an entry unless a later revision is there: two calls at once may end in another order than they began."""
    with contextlib.suppress(ConditionFailed):
        condition = "attribute_not_exists(#revision) OR #revision < :revision"
        table.put(item, condition=condition, values={":revision": item["revision"]})


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The entries in the Registry table."""

    table: Table

    def add(self, act: str, key: str, *, now: datetime, **facts: Any) -> None:
        """Writes an entry by itself, for a change in another table."""
        item = audit_item(act, key, now=now, **facts)
        try:
            self.table.put(item, condition=not_there_yet)
        except ConditionFailed as refusal:
            if refusal.found != item:  # otherwise it is this one: the first response was lost, and botocore retried
                raise

    def newest(self, after: AuditPosition | None = None, *, day: str = "") -> Iterator[AuditEntry]:
        """Entries, latest first, from the one behind `after` on, of one `day` (UTC) or of all: one call per hundred."""
        start = None
        if after:
            pk, sk = item_keys.audit_key(after.entry)
            start = {"pk": pk, "sk": sk, "type": item_keys.AUDIT, "sort": after.at}
        found = self.table.query_index(
            "by_type", "type", item_keys.AUDIT, newest_first=True, page=100, after=start, sort_prefix=day
        )
        for item in found:
            position = AuditPosition(item["sort"], item["pk"].partition("#")[2])
            yield AuditEntry(position=position, **json.loads(item["summary"]))
