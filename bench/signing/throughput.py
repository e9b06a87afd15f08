"""Signs a second through the real gateway over loopback HTTP, and the CPU that all processes of the stack spent on them.

The CPU is that of the gateway's process (HTTP, our own code, botocore) and of the engine's processes; the load
generator's own is left out.
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
# With the pump each sign makes a mail too: enough to see the rate, few enough to wait for the last mail.
MAX_SIGNS_WITH_MAILS = 600
DRAIN_SECONDS = 120
# Some engines grow slow with what they hold.
EARLIER = 5000


@dataclass(frozen=True, slots=True)
class Running:
    """A stack that serves."""

    url: str
    pids: list[int]

    def load(self, connections: int, signs: int, run: str, *, seconds: float = MAX_SECONDS) -> dict[str, float]:
        """Lets the load generator sign."""
        address = urlsplit(self.url)
        arguments = [str(one) for one in (address.hostname, address.port, connections, signs, seconds, run)]
        command = [sys.executable, "-m", "bench.instruments.load_generator", *arguments]
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
    """What is measured: on a fresh stack, or on one that holds `earlier` signatures."""

    engine: str
    connections: int
    mails: bool = False
    earlier: int = 0

    def measure(self) -> dict[str, Any]:
        """One line of the table. With mails, the CPU is counted until the last one is sent."""
        scenario.say(f"  {self}")
        with stack(self.engine, pump=self.mails) as running:
            if self.earlier:
                running.load(8, self.earlier, "earlier", seconds=60)
            return {**asdict(self), **self._under_load(running)}

    def _under_load(self, running: Running) -> dict[str, float]:
        if self.mails:
            running.drain()
        before = cpu_seconds(running.pids)
        result = running.load(self.connections, MAX_SIGNS_WITH_MAILS if self.mails else MAX_SIGNS, "measured")
        if self.mails:
            running.drain()
        spent = cpu_seconds(running.pids) - before
        return {**result, "cpu_ms_per_sign": round(spent / result["signs"] * 1000, 2)}


def cells() -> list[Cell]:
    """The table."""
    found = []
    for engine in ENGINES:
        found += [Cell(engine, connections) for connections in CONNECTIONS]
        found += [Cell(engine, 8, earlier=EARLIER), Cell(engine, 8, mails=True)]
    return found


if __name__ == "__main__":
    print(json.dumps([one.measure() for one in cells()], indent=1))
