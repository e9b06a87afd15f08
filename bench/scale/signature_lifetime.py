"""What one signature's whole life asks of AWS, function by function: invocations, calls, units, records, bytes, CPU.

A life is a signer with a browser: the hosted page, the form, the thanks, the mail, the page behind its link, the button,
and the mail that thanks. The campaign is a month old: its counters carry as many labels as they ever will.
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

from bench.instruments.call_counter import watching
from bench.instruments.scenario import CAMPAIGN
from bench.instruments.stack_process import no_pump
from bench.scale.synthetic_signatures import Crowd
from chalicelib import log
from local.functions.invocation import Lambda
from local.http.server import Request
from local.stack import Stack
from local.startup.app_loader import wiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.instruments.call_counter import Count

MONTH_OLD = 20_000  # signers whose counters are there before
CONFIRM = re.compile(r"/confirm/[^\s>?\"]+")
COMPRESSED_FROM = 1024  # bytes, .chalice/config.json
HEADERS_BYTES = 700  # status line, API Gateway's own headers and ours, rounded up
PLATFORM_LOG_BYTES = 330  # START, END and REPORT lines of one invocation


@dataclass
class Meter:
    """Adds up what the functions of one stack do, by function; the API under `api`."""

    count: Count
    invocations: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    cpu: Counter[str] = field(default_factory=Counter)
    log_bytes: Counter[str] = field(default_factory=Counter)
    sent_bytes: int = 0

    @contextmanager
    def inside(self, function: str, records: int = 1) -> Iterator[None]:
        """One invocation in this thread. CPU is the thread's own: waiting costs none."""
        began = time.thread_time()
        with self.count.inside(function):
            yield
        self.cpu[function] += time.thread_time() - began  # type: ignore[assignment]  # seconds
        self.invocations[function] += 1
        self.records[function] += records
        self.log_bytes[function] += PLATFORM_LOG_BYTES

    def told(self, signatures: int) -> dict[str, Any]:
        """Everything, for each of `signatures`; begins anew."""
        functions = {name: self._of(name, signatures) for name in sorted(self.invocations)}
        facts = {"functions": functions, "sent_bytes": round(self.sent_bytes / signatures)}
        for counter in (self.invocations, self.records, self.cpu, self.log_bytes):
            counter.clear()
        self.sent_bytes = 0
        self.count.forget()
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


class Weighing(logging.Handler):
    """Counts the bytes of the app's log lines for the function that writes them."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def emit(self, record: logging.LogRecord) -> None:
        """One line, weighed and thrown away."""
        function = self._meter.count.function
        self._meter.log_bytes[function] += len(self.format(record).encode()) + 40  # and the request's id


def measure(together: int) -> dict[str, Any]:
    """Lives of one signature alone, and of each of `together`."""
    with _metered_stack() as (stack, meter):
        people = iter(range(10_000_000))
        _live(stack, meter, [next(people) for _ in range(3)])  # imports, compiles and caches
        return {
            "alone": _live(stack, meter, [next(people)]),
            "together": {"signatures": together, **_live(stack, meter, [next(people) for _ in range(together)])},
        }


def _live(stack: Stack, meter: Meter, numbers: list[int]) -> dict[str, Any]:
    """One phase after the other, each for all of `numbers`."""
    seen = len(stack.outbox())
    meter.told(1)
    phases = {}
    for number in numbers:
        _sign(stack, meter, number)
    phases["sign"] = meter.told(len(numbers))
    stack.drain(120)
    phases["count and mail"] = meter.told(len(numbers))
    links = [CONFIRM.search(mail["text"]) for mail in stack.outbox()[seen:]]
    assert len(links) == len(numbers)
    for link in links:
        assert link
        _confirm(stack, meter, link[0])
    phases["confirm"] = meter.told(len(numbers))
    stack.drain(120)
    phases["count and thank"] = meter.told(len(numbers))
    mails = stack.outbox()[seen:]
    assert len(mails) == 2 * len(numbers)
    return {"phases": phases, "mails": 2, "mail_bytes": _mail_bytes(mails)}


def _sign(stack: Stack, meter: Meter, number: int) -> None:
    """The hosted page, the form, the thanks."""
    _ask(stack, meter, "GET", f"/sign/{CAMPAIGN}?lang=es", 200)
    typed = {
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
    _ask(stack, meter, "POST", path, 303, urlencode(typed, doseq=True).encode())
    _ask(stack, meter, "GET", f"/sign/{CAMPAIGN}/thanks?lang=es", 200)


def _confirm(stack: Stack, meter: Meter, link: str) -> None:
    """The page behind the link, its button."""
    _ask(stack, meter, "GET", link, 200)
    _ask(stack, meter, "POST", link, 200, b"lang=es")


def _ask(stack: Stack, meter: Meter, method: str, path: str, status: int, body: bytes = b"") -> None:
    place, _, query = path.partition("?")
    headers = [
        ("Host", "api.example.org"),
        ("Accept", "text/html,application/xhtml+xml"),
        ("Accept-Language", "es-PE,es;q=0.9"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    with meter.inside("api"):
        answer = stack._gateway.handle(Request(method, place, query, headers, body, "203.0.113.9"))  # noqa: SLF001
    assert answer.status == status, answer.body
    compressed = gzip.compress(answer.body) if len(answer.body) >= COMPRESSED_FROM else answer.body
    meter.sent_bytes += len(compressed) + HEADERS_BYTES


def _mail_bytes(mails: list[dict[str, Any]]) -> int:
    """Bytes of a mail: both parts, and its headers."""
    sizes = [len(mail["text"].encode()) + len(mail["html"].encode()) + 2000 for mail in mails]
    return round(sum(sizes) / len(sizes))


@contextmanager
def _metered_stack() -> Iterator[tuple[Stack, Meter]]:
    """A stack on dynoxide whose pump turns only when told, with a campaign that is a month old."""
    original = Lambda.invoke
    with (
        no_pump(),
        watching() as count,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(engine="dynoxide", directory=Path(folder), port=0, memory=True) as stack,
    ):
        meter = Meter(count)

        def invoke(function: Lambda, event: dict[str, Any]) -> set[str] | None:
            with meter.inside(function.name, len(event.get("Records", []))):
                return original(function, event)

        stack.load_samples()
        wired = wiring()
        crowd = Crowd(CAMPAIGN, wired.pepper(), MONTH_OLD)
        deque(crowd.items(), maxlen=0)  # counted, not laid in
        crowd.write_tallies(wired.tallies)
        with patch.object(Lambda, "invoke", invoke), log.temporarily_to(Weighing(meter)):
            yield stack, meter


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200), indent=1))
