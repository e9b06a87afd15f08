"""AWS calls of the app and the capacity units they consume, per sign and over a signature's whole life, on dynoxide.

Only the app's own clients are counted: what Lambda's pollers read from stream and queue is not the app's. The campaign
is in the caches unless a line says otherwise.
"""

from __future__ import annotations

import json
import re
import tempfile
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from bench import scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.stack import Stack

TOGETHER = 100
CONFIRM = re.compile(r"/confirm/[^\s>?\"]+")


class Count:
    """Calls by operation, and units of DynamoDB, since the last look."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.units = 0.0

    def watch(self, client: Any) -> Any:
        """Counts what `client` does from now on, and returns it."""
        events = client.meta.events
        events.register("before-call.*.*", self._called)
        if client.meta.service_model.service_name == "dynamodb":
            events.register("provide-client-params.dynamodb.*", _asking_for_units)
            events.register("after-call.dynamodb.*", self._answered)
        return client

    def look(self, signatures: int = 1) -> dict[str, Any]:
        """What was counted, for each of `signatures`; begins anew."""
        calls = {name: round(n / signatures, 2) for name, n in sorted(self.calls.items())}
        facts = {"calls": round(self.calls.total() / signatures, 2), "units": round(self.units / signatures, 2)}
        self.calls.clear()
        self.units = 0.0
        return {**facts, "by_operation": calls}

    def _called(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def _answered(self, http_response: Any, parsed: dict[str, Any], **_: Any) -> None:  # noqa: ARG002
        if parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
            self.units += 1  # AWS takes them for a refused write too, and no engine says so
        elif "ConsumedCapacity" in parsed:
            self.units += parsed["ConsumedCapacity"]["CapacityUnits"]


def _asking_for_units(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {**params, "ReturnConsumedCapacity": "INDEXES"}


def measure() -> dict[str, Any]:
    """One line a case."""
    scenario.quiet()
    with _stack() as (running, count):
        forget = _forgetting()
        results: dict[str, Any] = {}
        _sign(running, 0)
        running.drain()
        count.look()
        for case, work in _cases(running, forget).items():
            work()
            results[case] = count.look()
        results["whole life of one, alone"] = _life(running, count, [2])
        _sign(running, 2, "life")
        results["same address again, confirmed"] = count.look()
        together = list(range(1000, 1000 + TOGETHER))
        results[f"whole life of each of {TOGETHER}, together"] = _life(running, count, together)
    return results


def _cases(running: Stack, forget: Callable[[], None]) -> dict[str, Callable[[], None]]:
    def uncached() -> None:
        forget()
        _sign(running, 3)

    return {
        "first sign": lambda: _sign(running, 1),
        "same address again, pending": lambda: _sign(running, 1),
        "first sign, campaign not cached": uncached,
    }


def _life(running: Stack, count: Count, numbers: list[int]) -> dict[str, Any]:
    """Signs, counts, mails, confirms, counts, thanks."""
    running.drain()
    count.look()
    seen = len(running.outbox())
    for number in numbers:
        _sign(running, number, "life")
    running.drain()
    links = [found[0] for mail in running.outbox()[seen:] if (found := CONFIRM.search(mail["text"]))]
    assert len(links) == len(numbers)
    for link in links:
        _post(running.url + link, urlencode({}).encode(), "application/x-www-form-urlencoded", 200)
    running.drain()
    assert len(running.outbox()) == seen + 2 * len(numbers)
    return count.look(len(numbers))


def _sign(running: Stack, number: int, run: str = "calls") -> None:
    _post(running.url + scenario.PATH, scenario.form(number, run), "application/json", 201)


def _post(url: str, body: bytes, kind: str, status: int) -> None:
    assert urlsplit(url).hostname == "127.0.0.1"
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == status


def _forgetting() -> Callable[[], None]:
    from chalicelib.wiring import wiring

    campaigning = wiring().campaigning

    def forget() -> None:
        for cache in (campaigning._known, campaigning._counted):  # noqa: SLF001 - as 30 s of waiting would
            cache.forget(scenario.CAMPAIGN)

    return forget


@contextmanager
def _stack() -> Iterator[tuple[Stack, Count]]:
    """A stack on dynoxide whose pump turns only when told, each client of the app watched."""
    from bench.server import no_pump
    from chalicelib.wiring import Wiring
    from local.stack import Stack

    count, original = Count(), Wiring.client

    def watched(wired: Wiring, *about: Any) -> Any:
        return count.watch(original(wired, *about))

    with (
        no_pump(),
        patch.object(Wiring, "client", watched),
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(engine="dynoxide", directory=Path(folder), port=0, memory=True) as running,
    ):
        running.load_samples()
        yield running, count


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
