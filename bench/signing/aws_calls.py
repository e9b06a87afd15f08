"""AWS calls of the app and the capacity units they consume, per sign and over a signature's whole life, on dynoxide.

Only the app's own clients are counted, not what Lambda's pollers read from stream and queue. The campaign is cached
unless a line says otherwise.
"""

from __future__ import annotations

import json
import re
import tempfile
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bench.instruments import scenario
from bench.instruments.call_counter import counting_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.instruments.call_counter import Count
    from local.stack import Stack

TOGETHER = 100
CONFIRM = re.compile(r"/confirm/[^\s>?\"]+")


def measure() -> dict[str, Any]:
    """The figures of every case, by name."""
    scenario.silence_logs()
    with _stack() as (running, count):
        forget = _forget_campaign()
        results: dict[str, Any] = {}
        _sign(running, 0)
        running.drain()
        count.take()
        for case, work in _cases(running, forget).items():
            work()
            results[case] = count.take()
        results["whole life of one, alone"] = _life(running, count, [2])
        _sign(running, 2, "life")
        results["same address again, confirmed"] = count.take()
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
    """Sign, count, email, confirm, count, thank."""
    running.drain()
    count.take()
    seen = len(running.outbox())
    for number in numbers:
        _sign(running, number, "life")
    running.drain()
    links = [match[0] for email in running.outbox()[seen:] if (match := CONFIRM.search(email["text"]))]
    assert len(links) == len(numbers)
    for link in links:
        _post(running.url + link, urlencode({}).encode(), "application/x-www-form-urlencoded", 200)
    running.drain()
    assert len(running.outbox()) == seen + 2 * len(numbers)
    return count.take(len(numbers))


def _sign(running: Stack, number: int, run: str = "calls") -> None:
    _post(running.url + scenario.PATH, scenario.form(number, run), "application/json", 201)


def _post(url: str, body: bytes, kind: str, status: int) -> None:
    assert urlsplit(url).hostname == "127.0.0.1"
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == status


def _forget_campaign() -> Callable[[], None]:
    from chalicelib.wiring import wiring

    return partial(scenario.forget_campaign, wiring().campaign_reader)


@contextmanager
def _stack() -> Iterator[tuple[Stack, Count]]:
    """A stack on dynoxide that handles events only when drained, with the app's calls counted."""
    from bench.instruments.stack_process import without_pump
    from local.stack import Stack

    with (
        without_pump(),
        counting_calls() as count,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(engine="dynoxide", directory=Path(folder), port=0, memory=True) as running,
    ):
        running.load_samples()
        yield running, count


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
