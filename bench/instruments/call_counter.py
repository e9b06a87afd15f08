"""Counts what the app asks of AWS: calls and capacity units, by function and operation; it never touches an answer.

Only clients that are watched count. What Lambda's pollers read of stream and queue is not the app's.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})


class Count:
    """Calls by function and operation, and units of DynamoDB by function and table, since the last look."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.reads: Counter[tuple[str, str]] = Counter()
        self.writes: Counter[tuple[str, str]] = Counter()
        self._now = threading.local()

    @contextmanager
    def inside(self, function: str) -> Iterator[None]:
        """What this thread asks for meanwhile is `function`'s."""
        self._now.function = function
        try:
            yield
        finally:
            self._now.function = ""

    def watch(self, client: Any) -> Any:
        """Counts what `client` does from now on, and returns it."""
        events = client.meta.events
        events.register("before-call.*.*", self._called)
        if client.meta.service_model.service_name == "dynamodb":
            events.register("provide-client-params.dynamodb.*", _asking_for_units)
            events.register("after-call.dynamodb.*", self._answered)
        return client

    @property
    def units(self) -> float:
        """Units of both kinds."""
        return self.reads.total() + self.writes.total()

    def look(self, signatures: int = 1) -> dict[str, Any]:
        """What was counted, for each of `signatures`; begins anew."""
        by_operation: Counter[str] = Counter()
        for (_, operation), n in sorted(self.calls.items()):
            by_operation[operation] += n
        facts = {
            "calls": round(self.calls.total() / signatures, 2),
            "units": round(self.units / signatures, 2),
            "by_operation": {name: round(n / signatures, 2) for name, n in sorted(by_operation.items())},
        }
        self.forget()
        return facts

    def forget(self) -> None:
        """Begins anew."""
        for one in (self.calls, self.reads, self.writes):
            one.clear()

    def _called(self, model: Any, **_: Any) -> None:
        self.calls[self.function, model.name] += 1

    def _answered(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        taken = self.reads if model.name in READS else self.writes
        if parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
            told = {
                context.get("bench_table", ""): 1.0
            }  # AWS takes them for a refused write too, and no engine says so
        else:
            told = units_in(parsed)
        for table, units in told.items():
            taken[self.function, table] += units  # type: ignore[assignment]  # half units exist

    @property
    def function(self) -> str:
        """Whose this thread's work is now."""
        return getattr(self._now, "function", "")


def units_in(parsed: dict[str, Any]) -> dict[str, float]:
    """The units that an answer says it took, by table."""
    told = parsed.get("ConsumedCapacity", [])
    by_table: Counter[str] = Counter()
    for one in told if isinstance(told, list) else [told]:
        by_table[one.get("TableName", "")] += one["CapacityUnits"]
    return dict(by_table)


def _asking_for_units(params: dict[str, Any], context: dict[str, Any], **_: Any) -> dict[str, Any]:
    context["bench_table"] = params.get("TableName", "")
    return {**params, "ReturnConsumedCapacity": "INDEXES"}


@contextmanager
def watching() -> Iterator[Count]:
    """Every client that the app builds meanwhile is counted."""
    from chalicelib.wiring import Wiring

    count, original = Count(), Wiring.client

    def watched(wired: Wiring, *about: Any, **more: Any) -> Any:
        return count.watch(original(wired, *about, **more))

    with patch.object(Wiring, "client", watched):
        yield count
