"""Signs per second through the real gateway over loopback HTTP, and the CPU that the stack's processes spent on them.

The CPU is that of the gateway (HTTP, our own code, botocore) and of the engine, without the load generator.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.instruments import scenario
from bench.instruments.cpu_time import cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = ("dynoxide", "ministack")
CONNECTIONS = (1, 8, 32)
MAX_SIGNS, MAX_SECONDS = 2000, 8.0
# With the pump each sign also sends an email: enough to see the rate, few enough to wait for the last email.
MAX_SIGNS_WITH_EMAILS = 600
DRAIN_SECONDS = 120
# Some engines get slower with what they store.
EARLIER = 5000


@dataclass(frozen=True, slots=True)
class Running:
    """A running stack."""

    url: str
    pids: list[int]

    def load(self, connections: int, signs: int, run: str, *, seconds: float = MAX_SECONDS) -> dict[str, float]:
        """Runs the load generator."""
        address = urlsplit(self.url)
        arguments = [str(one) for one in (address.hostname, address.port, connections, signs, seconds, run)]
        command = [sys.executable, "-m", "bench.instruments.load_generator", *arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        result: dict[str, float] = json.loads(done.stdout)
        return result

    def drain(self) -> None:
        """Waits until every signature is counted and every email sent."""
        body = json.dumps({"timeout": DRAIN_SECONDS}).encode()
        request = urllib.request.Request(f"{self.url}/_local/drain", body, method="POST")
        with urllib.request.urlopen(request, timeout=DRAIN_SECONDS + 10) as answer:
            assert json.load(answer)["drained"]


@contextmanager
def stack(engine: str, *, pump: bool) -> Iterator[Running]:
    """A warmed-up stack on a fresh folder."""
    command = [sys.executable, "-m", "bench.instruments.stack_process", engine, "on" if pump else "off"]
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


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement, on a fresh stack or on one with `earlier` signatures."""

    engine: str
    connections: int
    emails: bool = False
    earlier: int = 0

    def measure(self) -> dict[str, Any]:
        """One row of the table. With emails, CPU is counted until the last one is sent."""
        scenario.show_progress(f"  {self}")
        with stack(self.engine, pump=self.emails) as running:
            if self.earlier:
                running.load(8, self.earlier, "earlier", seconds=60)
            return {**asdict(self), **self._under_load(running)}

    def _under_load(self, running: Running) -> dict[str, float]:
        if self.emails:
            running.drain()
        before = cpu_seconds(running.pids)
        result = running.load(self.connections, MAX_SIGNS_WITH_EMAILS if self.emails else MAX_SIGNS, "measured")
        if self.emails:
            running.drain()
        spent = cpu_seconds(running.pids) - before
        return {**result, "cpu_ms_per_sign": round(spent / result["signs"] * 1000, 2)}


def cells() -> list[Cell]:
    """Every row of the table."""
    rows = []
    for engine in ENGINES:
        rows += [Cell(engine, connections) for connections in CONNECTIONS]
        rows += [Cell(engine, 8, earlier=EARLIER), Cell(engine, 8, emails=True)]
    return rows


if __name__ == "__main__":
    print(json.dumps([one.measure() for one in cells()], indent=1))
