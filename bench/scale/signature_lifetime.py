"""What one signature's lifetime asks of AWS, by function: invocations, calls, units, records, bytes, CPU.

A lifetime is a signer with a browser: the hosted page, the form, the thank-you page, the email, the page behind its
link, the button, and the thank-you email. The campaign is a month old: its counters have all the labels they will get.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import sys
import tempfile
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlencode

from bench.instruments.call_counter import counting_calls
from bench.instruments.scenario import CAMPAIGN
from bench.instruments.stack_process import without_pump
from bench.scale.synthetic_signatures import Crowd
from chalicelib import log
from local.functions.invocation import Lambda
from local.http.server import Request
from local.stack import Stack
from local.startup.app_loader import wiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.instruments.call_counter import Count

MONTH_OLD = 20_000  # signers counted before
CONFIRM = re.compile(r"/confirm/[^\s>?\"]+")
COMPRESSED_FROM = 1024  # bytes, .chalice/config.json
HEADERS_BYTES = 700  # status line, API Gateway's own headers and ours, rounded up
PLATFORM_LOG_BYTES = 330  # START, END and REPORT lines of one invocation


@dataclass
class Meter:
    """Adds up what the functions of one stack do, by function; the API is `api`."""

    count: Count
    invocations: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    cpu: Counter[str] = field(default_factory=Counter)
    log_bytes: Counter[str] = field(default_factory=Counter)
    sent_bytes: int = 0

    @contextmanager
    def invocation(self, function: str, records: int = 1) -> Iterator[None]:
        """Measures one invocation in this thread. CPU is the thread's own, so waiting costs none."""
        began = time.thread_time()
        with self.count.attributed_to(function):
            yield
        self.cpu[function] += time.thread_time() - began  # type: ignore[assignment]  # seconds
        self.invocations[function] += 1
        self.records[function] += records
        self.log_bytes[function] += PLATFORM_LOG_BYTES

    def take(self, signatures: int) -> dict[str, Any]:
        """Everything, divided by `signatures`; then resets."""
        functions = {name: self._of(name, signatures) for name in sorted(self.invocations)}
        facts = {"functions": functions, "sent_bytes": round(self.sent_bytes / signatures)}
        for counter in (self.invocations, self.records, self.cpu, self.log_bytes):
            counter.clear()
        self.sent_bytes = 0
        self.count.reset()
        return facts

    def _of(self, function: str, signatures: int) -> dict[str, Any]:
        tables = wiring().settings.signatures_table, wiring().settings.registry_table
        units = {
            f"{kind}_{short}": round(counter[function, table] / signatures, 3)
            for kind, counter in (("reads", self.count.reads), ("writes", self.count.writes))
            for short, table in zip(("signatures", "registry"), tables, strict=True)
        }
        calls = {op: round(n / signatures, 3) for (name, op), n in sorted(self.count.calls.items()) if name == function}
        return {
            "invocations": round(self.invocations[function] / signatures, 3),
            "records": round(self.records[function] / signatures, 3),
            "cpu_ms": round(self.cpu[function] / signatures * 1000, 3),
            "log_bytes": round(self.log_bytes[function] / signatures),
            "calls": calls,
            **units,
        }


class LogMeter(logging.Handler):
    """Counts the bytes of the app's log lines, by function."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line and drop it."""
        function = self._meter.count.function
        self._meter.log_bytes[function] += len(self.format(record).encode()) + 40  # for the request's id


def measure(together: int) -> dict[str, Any]:
    """Figures for one signature alone, and for each of `together`."""
    with _metered_stack() as (stack, meter):
        people = iter(range(10_000_000))
        _run(stack, meter, [next(people) for _ in range(3)])  # imports, compiles and fills caches
        return {
            "alone": _run(stack, meter, [next(people)]),
            "together": {"signatures": together, **_run(stack, meter, [next(people) for _ in range(together)])},
        }


def _run(stack: Stack, meter: Meter, numbers: list[int]) -> dict[str, Any]:
    """Runs one phase after another, each for all of `numbers`."""
    seen = len(stack.outbox())
    meter.take(1)
    phases = {}
    for number in numbers:
        _sign(stack, meter, number)
    phases["sign"] = meter.take(len(numbers))
    stack.drain(120)
    phases["count and mail"] = meter.take(len(numbers))
    links = [CONFIRM.search(email["text"]) for email in stack.outbox()[seen:]]
    assert len(links) == len(numbers)
    for link in links:
        assert link
        _confirm(stack, meter, link[0])
    phases["confirm"] = meter.take(len(numbers))
    stack.drain(120)
    phases["count and thank"] = meter.take(len(numbers))
    emails = stack.outbox()[seen:]
    assert len(emails) == 2 * len(numbers)
    return {"phases": phases, "mails": 2, "mail_bytes": _mail_bytes(emails)}


def _sign(stack: Stack, meter: Meter, number: int) -> None:
    """The hosted page, the form, the thank-you page."""
    _send(stack, meter, "GET", f"/sign/{CAMPAIGN}?lang=es", 200)
    values = {
        "email": f"life.{number}@example.org",
        "given_name": "María José",
        "family_name": "Quispe Huamán",
        "country": "PE",
        "postal_code": "15001",
        "lang": "es",
        "public": "true",
        "consents": ["wbw", "cidydh"],
        "source": "newsletter",
    }
    path = f"/campaigns/{CAMPAIGN}/signatures"
    _send(stack, meter, "POST", path, 303, urlencode(values, doseq=True).encode())
    _send(stack, meter, "GET", f"/sign/{CAMPAIGN}/thanks?lang=es", 200)


def _confirm(stack: Stack, meter: Meter, link: str) -> None:
    """The page behind the link, and its button."""
    _send(stack, meter, "GET", link, 200)
    _send(stack, meter, "POST", link, 200, b"lang=es")


def _send(stack: Stack, meter: Meter, method: str, path: str, status: int, body: bytes = b"") -> None:
    target, _, query = path.partition("?")
    headers = [
        ("Host", "api.example.org"),
        ("Accept", "text/html,application/xhtml+xml"),
        ("Accept-Language", "es-PE,es;q=0.9"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    with meter.invocation("api"):
        answer = stack._gateway.handle(Request(method, target, query, headers, body, "203.0.113.9"))  # noqa: SLF001
    assert answer.status == status, answer.body
    compressed = gzip.compress(answer.body) if len(answer.body) >= COMPRESSED_FROM else answer.body
    meter.sent_bytes += len(compressed) + HEADERS_BYTES


def _mail_bytes(emails: list[dict[str, Any]]) -> int:
    """Mean bytes of an email: both parts and its headers."""
    sizes = [len(email["text"].encode()) + len(email["html"].encode()) + 2000 for email in emails]
    return round(sum(sizes) / len(sizes))


@contextmanager
def _metered_stack() -> Iterator[tuple[Stack, Meter]]:
    """A stack on dynoxide that handles events only when drained, with a campaign that is a month old."""
    original = Lambda.invoke
    with (
        without_pump(),
        counting_calls() as count,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(engine="dynoxide", directory=Path(folder), port=0, memory=True) as stack,
    ):
        meter = Meter(count)

        def invoke(function: Lambda, event: dict[str, Any]) -> set[str] | None:
            with meter.invocation(function.name, len(event.get("Records", []))):
                return original(function, event)

        stack.load_samples()
        wired = wiring()
        crowd = Crowd(CAMPAIGN, wired.pepper(), MONTH_OLD)
        deque(crowd.items(), maxlen=0)  # counted, but not stored
        crowd.write_tallies(wired.tallies)
        with patch.object(Lambda, "invoke", invoke), log.temporarily_to(LogMeter(meter)):
            yield stack, meter


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200), indent=1))
