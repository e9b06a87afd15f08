"""`make restore`: puts back rows that the tables have lost since a point in time; removes none, undoes no withdrawal.

AWS restores only to a new table (DynamoDB, "Point-in-time recovery"). So copies of both tables are restored, compared
row by row with the live ones, and missing rows are put back; then the copies are deleted. Counters are left out: they
are computed from the rows.
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
PAGE = 100  # the most that one BatchGetItem takes
WAIT = {"Delay": 15, "MaxAttempts": 4 * 60 * 12}  # AWS gives no upper bound; half a day is generous
is_missing = "attribute_not_exists(pk)"
# Rows withdrawn or anonymised since then stay as they are.
is_changed = "#state <> :withdrawn AND attribute_not_exists(anonymised_at)"
Row = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """The result for one table: rows compared, missing, changed and put back."""

    seen: int = 0
    missing: int = 0
    changed: int = 0
    put_back: int = 0


@dataclass(frozen=True, slots=True)
class TableRestore:
    """Restores rows of one stage's tables, `{logical id: name}`."""

    session: Session
    terminal: Terminal
    tables: Mapping[str, str]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run(self, moment: datetime, *, is_drill: bool = False, overwrite: bool = False) -> dict[str, Tally]:
        """Restore copies of both tables as of `moment` and put back missing rows; a drill only compares.

        With `overwrite`, signatures that have changed since are put back too, except withdrawn ones. Raises Refused.
        If it fails half way, the copies stay and the next run continues with them.
        """
        now = self.clock()
        # Withdrawals are remembered for 30 days: from further back, people who had left would return.
        if not now - timedelta(days=STUB_DAYS) < moment < now:
            raise Refused(f"The time must be within the last {STUB_DAYS} days: withdrawals are not remembered longer.")
        copies = {name: self.copy(table, moment) for name, table in self.tables.items()}
        tallies = {}
        for name, table in self.tables.items():
            may_overwrite = overwrite and name == SIGNATURES
            tallies[name] = self._compare(table, copies[name], is_drill=is_drill, overwrite=may_overwrite)
            self.terminal.say(f"{name}: {_summary(tallies[name])}")
        for copy in copies.values():
            self._remove(copy)
        return tallies

    def copy(self, table: str, moment: datetime) -> str:
        """The name of a copy of `table` as of `moment`; one left by an earlier run is used again."""
        client, name = self.session.client("dynamodb"), f"{table}-at-{moment.astimezone(UTC):%Y%m%dT%H%M%S}"
        try:
            client.restore_table_to_point_in_time(
                SourceTableName=table, TargetTableName=name, RestoreDateTime=moment.astimezone(UTC)
            )
            self.terminal.say(f"Restoring a copy of {table}; this takes AWS minutes to hours.")
        except (client.exceptions.TableAlreadyExistsException, client.exceptions.TableInUseException):
            self.terminal.say(f"{name} exists already.")
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=WAIT)
        return name

    def _compare(self, table: str, copy: str, *, is_drill: bool, overwrite: bool) -> Tally:
        tally = Tally()
        for then in self._pages(copy):
            now = self._live_rows(table, then)
            for row in then:
                tally.seen += 1
                live = now.get(_key(row))
                tally.missing += live is None
                tally.changed += live is not None and live != row
                if not is_drill and (live is None or (overwrite and live != row)):
                    tally.put_back += self._put(table, row, is_missing if live is None else is_changed)
        return tally

    def _pages(self, copy: str) -> Iterator[list[Row]]:
        """Pages of rows as they were, without counters, sessions, and rows that would have expired by now."""
        client, now = self.session.client("dynamodb"), self.clock().timestamp()
        pages = client.get_paginator("scan").paginate(TableName=copy, PaginationConfig={"PageSize": PAGE})
        for page in pages:
            yield [
                row
                for row in page["Items"]
                if not row["sk"]["S"].startswith("tally#")
                and not _signs_in(row)
                and float(row.get("expires_at", {}).get("N", "inf")) > now
            ]

    def _live_rows(self, table: str, like: list[Row]) -> dict[tuple[str, str], Row]:
        """The same rows as they are now, by key."""
        client = self.session.client("dynamodb")
        request: Any = {table: {"Keys": [{"pk": row["pk"], "sk": row["sk"]} for row in like], "ConsistentRead": True}}
        rows = {}
        while request and request[table]["Keys"]:
            answer = client.batch_get_item(RequestItems=request)
            rows.update({_key(row): row for row in answer["Responses"].get(table, [])})
            request = answer.get("UnprocessedKeys") or {}
        return rows

    def _put(self, table: str, row: Row, condition: str) -> bool:
        """Put one row back; False when the live row has changed meanwhile, or must stay as it is."""
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


def _signs_in(row: Row) -> bool:
    """True for a session and for what a sign-in email opens: one that is missing was ended, and must stay so."""
    kind: str = row.get("type", {}).get("S", "")
    return kind.startswith("session#") or bool(row["pk"]["S"].startswith("sign-in#"))


def _key(row: Row) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


def _summary(tally: Tally) -> str:
    return f"{tally.seen} rows then, {tally.missing} of them missing now, {tally.changed} changed, {tally.put_back} put back"
