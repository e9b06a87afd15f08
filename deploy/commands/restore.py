"""`make restore`: brings back rows that the tables have lost since a moment; it removes none and undoes no withdrawal.

AWS restores a table only beside the one that is used (DynamoDB, "Point-in-time recovery"). So both are restored beside,
compared row by row, and what is missing is put back; then the restored ones go. Counters are left out: they follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.signature import STUB_DAYS
from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from boto3.session import Session

    from deploy.terminal import Terminal

SIGNATURES, REGISTRY = "SignaturesTable", "RegistryTable"
PAGE = 100  # as many as one BatchGetItem takes
WAIT = {"Delay": 15, "MaxAttempts": 4 * 60 * 12}  # AWS names no upper bound; half a day is generous
is_missing = "attribute_not_exists(pk)"
# Who withdrew since, or whose name was removed, stays so.
is_changed = "#state <> :withdrawn AND attribute_not_exists(anonymised_at)"
Row = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What the comparison of one table found, and what was put back."""

    seen: int = 0
    missing: int = 0
    changed: int = 0
    put_back: int = 0


@dataclass(frozen=True, slots=True)
class Restoring:
    """The tables of one stage, `{logical id: name}`."""

    session: Session
    terminal: Terminal
    tables: Mapping[str, str]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run(self, moment: datetime, *, is_drill: bool = False, overwrite: bool = False) -> dict[str, Tally]:
        """Restores both tables beside as they were at `moment`, and puts back what is missing; a drill only compares.

        With `overwrite` signatures that were changed since go back too, but no withdrawn one. Raises Refused. When it fails
        half way, the restored tables stay, and the next run goes on with them.
        """
        now = self.clock()
        # A withdrawal is remembered for 30 days: from further back, people would return who had left.
        if not now - timedelta(days=STUB_DAYS) < moment < now:
            raise Refused(
                f"The moment must lie within the last {STUB_DAYS} days: withdrawals are remembered no longer."
            )
        copies = {name: self.copy(table, moment) for name, table in self.tables.items()}
        found = {}
        for name, table in self.tables.items():
            may_overwrite = overwrite and name == SIGNATURES
            found[name] = self._compare(table, copies[name], is_drill=is_drill, overwrite=may_overwrite)
            self.terminal.say(f"{name}: {_told(found[name])}")
        for copy in copies.values():
            self._remove(copy)
        return found

    def copy(self, table: str, moment: datetime) -> str:
        """The name of the table as it was at `moment`, restored beside; one that is there from an earlier run is taken."""
        client, name = self.session.client("dynamodb"), f"{table}-at-{moment.astimezone(UTC):%Y%m%dT%H%M%S}"
        try:
            client.restore_table_to_point_in_time(
                SourceTableName=table, TargetTableName=name, RestoreDateTime=moment.astimezone(UTC)
            )
            self.terminal.say(f"Restoring {table} beside itself; AWS takes from minutes to hours.")
        except (client.exceptions.TableAlreadyExistsException, client.exceptions.TableInUseException):
            self.terminal.say(f"{name} is there already.")
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=WAIT)
        return name

    def _compare(self, table: str, copy: str, *, is_drill: bool, overwrite: bool) -> Tally:
        found = Tally()
        for then in self._pages(copy):
            now = self._rows(table, then)
            for row in then:
                found.seen += 1
                live = now.get(_key(row))
                found.missing += live is None
                found.changed += live is not None and live != row
                if not is_drill and (live is None or (overwrite and live != row)):
                    found.put_back += self._put(table, row, is_missing if live is None else is_changed)
        return found

    def _pages(self, copy: str) -> Iterator[list[Row]]:
        """Rows as they were; counters and what would have expired by now left out."""
        client, now = self.session.client("dynamodb"), self.clock().timestamp()
        pages = client.get_paginator("scan").paginate(TableName=copy, PaginationConfig={"PageSize": PAGE})
        for page in pages:
            yield [
                row
                for row in page["Items"]
                if not row["sk"]["S"].startswith("tally#") and float(row.get("expires_at", {}).get("N", "inf")) > now
            ]

    def _rows(self, table: str, like: list[Row]) -> dict[tuple[str, str], Row]:
        """The same rows as they are, by key."""
        client = self.session.client("dynamodb")
        asked: Any = {table: {"Keys": [{"pk": row["pk"], "sk": row["sk"]} for row in like], "ConsistentRead": True}}
        rows = {}
        while asked and asked[table]["Keys"]:
            answer = client.batch_get_item(RequestItems=asked)
            rows.update({_key(row): row for row in answer["Responses"].get(table, [])})
            asked = answer.get("UnprocessedKeys") or {}
        return rows

    def _put(self, table: str, row: Row, condition: str) -> bool:
        """False when the live row moved meanwhile, or must stay as it is."""
        client = self.session.client("dynamodb")
        names: Any = {}
        if condition == is_changed:
            names = {
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {":withdrawn": {"S": "withdrawn"}},
            }
        try:
            client.put_item(TableName=table, Item=row, ConditionExpression=condition, **names)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _remove(self, copy: str) -> None:
        client = self.session.client("dynamodb")
        if client.describe_table(TableName=copy)["Table"].get("DeletionProtectionEnabled"):
            client.update_table(TableName=copy, DeletionProtectionEnabled=False)
            client.get_waiter("table_exists").wait(TableName=copy)
        client.delete_table(TableName=copy)


def _key(row: Row) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


def _told(found: Tally) -> str:
    return f"{found.seen} rows then, {found.missing} of them missing now, {found.changed} changed, {found.put_back} put back"
