"""Signs a second through the real gateway over loopback HTTP, and the CPU that all processes of the stack spent on them.

The CPU is that of the gateway's process (HTTP, our own code, botocore) and of the engine's processes; the load
generator's own is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench import scenario
from bench.processes import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = ("dynoxide", "ministack")
CONNECTIONS = (1, 8, 32)
MOST_SIGNS, MOST_SECONDS = 2000, 8.0
# With the pump each sign makes a mail too: enough to see the rate, few enough to wait for the last mail.
MOST_SIGNS_WITH_MAILS = 600
DRAIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Running:
    """A stack that serves."""

    url: str
    pids: list[int]

    def load(self, connections: int, signs: int, run: str) -> dict[str, float]:
        """Lets the load generator sign."""
        address = urlsplit(self.url)
        arguments = [str(one) for one in (address.hostname, address.port, connections, signs, MOST_SECONDS, run)]
        command = [sys.executable, "-m", "bench.load", *arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        result: dict[str, float] = json.loads(done.stdout)
        return result

    def drain(self) -> None:
        """Waits until every signature is counted and every mail sent."""
        body = json.dumps({"timeout": DRAIN_SECONDS}).encode()
        request = urllib.request.Request(f"{self.url}/_local/drain", body, method="POST")
        with urllib.request.urlopen(request, timeout=DRAIN_SECONDS + 10) as answer:
            assert json.load(answer)["drained"]


@contextmanager
def stack(engine: str, *, pump: bool) -> Iterator[Running]:
    """A stack on a fresh folder, warm."""
    command = [sys.executable, "-m", "bench.server", engine, "on" if pump else "off"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    try:
        running = Running(**json.loads(server.stdout.readline()))
        running.load(8, 100, "warm")
        yield running
    finally:
        server.stdin.close()
        server.wait(60)
        server.stdout.close()


def measure() -> list[dict[str, Any]]:
    """One line a cell: engine, pump, connections, signs a second, waiting, CPU ms a sign."""
    lines = []
    for engine in ENGINES:
        with stack(engine, pump=False) as running:
            for connections in CONNECTIONS:
                scenario.say(f"  {engine}, {connections} connections, no mails")
                lines.append({"engine": engine, "mails": False, **cell(running, connections, MOST_SIGNS)})
        with stack(engine, pump=True) as running:
            scenario.say(f"  {engine}, 8 connections, with mails")
            lines.append({"engine": engine, "mails": True, **cell(running, 8, MOST_SIGNS_WITH_MAILS, mails=True)})
    return lines


def cell(running: Running, connections: int, signs: int, *, mails: bool = False) -> dict[str, Any]:
    """One measurement. With mails, the CPU is counted and the clock runs until the last one is sent."""
    if mails:
        running.drain()
    before, began = cpu_seconds(running.pids), time.perf_counter()
    result = running.load(connections, signs, f"c{connections}")
    if mails:
        running.drain()
    spent = cpu_seconds(running.pids) - before
    line = {"connections": connections, **result, "cpu_ms_per_sign": round(spent / result["signs"] * 1000, 2)}
    if mails:
        line["mailed_per_second"] = round(result["signs"] / (time.perf_counter() - began), 1)
    return line


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
