"""Counts the app's AWS calls and capacity units, by function and operation; it never changes a response.

Only watched clients count. What Lambda's pollers read from stream and queue is not the app's.
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
    """Calls by function and operation, and DynamoDB units by function and table, since the last reset."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.reads: Counter[tuple[str, str]] = Counter()
        self.writes: Counter[tuple[str, str]] = Counter()
        self._now = threading.local()

    @contextmanager
    def attributed_to(self, function: str) -> Iterator[None]:
        """Attributes this thread's calls in the block to `function`."""
        self._now.function = function
        try:
            yield
        finally:
            self._now.function = ""

    def watch(self, client: Any) -> Any:
        """Counts every later call of `client`, and returns it."""
        events = client.meta.events
        events.register("before-call.*.*", self._called)
        if client.meta.service_model.service_name == "dynamodb":
            events.register("provide-client-params.dynamodb.*", _request_units)
            events.register("after-call.dynamodb.*", self._answered)
        return client

    @property
    def units(self) -> float:
        """Read and write units together."""
        return self.reads.total() + self.writes.total()

    def take(self, signatures: int = 1) -> dict[str, Any]:
        """What was counted, divided by `signatures`; then resets."""
        by_operation: Counter[str] = Counter()
        for (_, operation), n in sorted(self.calls.items()):
            by_operation[operation] += n
        facts = {
            "calls": round(self.calls.total() / signatures, 2),
            "units": round(self.units / signatures, 2),
            "by_operation": {name: round(n / signatures, 2) for name, n in sorted(by_operation.items())},
        }
        self.reset()
        return facts

    def reset(self) -> None:
        """Starts counting from zero."""
        for one in (self.calls, self.reads, self.writes):
            one.clear()

    def _called(self, model: Any, **_: Any) -> None:
        self.calls[self.function, model.name] += 1

    def _answered(self, model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        totals = self.reads if model.name in READS else self.writes
        if parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
            # AWS charges for a refused write too, but no engine reports it
            by_table = {context.get("bench_table", ""): 1.0}
        else:
            by_table = units_in(parsed)
        for table, units in by_table.items():
            totals[self.function, table] += units  # type: ignore[assignment]  # half units exist

    @property
    def function(self) -> str:
        """The function that this thread's calls are attributed to."""
        return getattr(self._now, "function", "")


def units_in(parsed: dict[str, Any]) -> dict[str, float]:
    """The consumed units that a response reports, by table."""
    consumed = parsed.get("ConsumedCapacity", [])
    by_table: Counter[str] = Counter()
    for one in consumed if isinstance(consumed, list) else [consumed]:
        by_table[one.get("TableName", "")] += one["CapacityUnits"]
    return dict(by_table)


def _request_units(params: dict[str, Any], context: dict[str, Any], **_: Any) -> dict[str, Any]:
    context["bench_table"] = params.get("TableName", "")
    return {**params, "ReturnConsumedCapacity": "INDEXES"}


@contextmanager
def counting_calls() -> Iterator[Count]:
    """Counts the calls of every client that the app builds in the block."""
    from chalicelib.wiring import Wiring

    count, original = Count(), Wiring.client

    def watched(wiring: Wiring, *args: Any, **options: Any) -> Any:
        return count.watch(original(wiring, *args, **options))

    with patch.object(Wiring, "client", watched):
        yield count
