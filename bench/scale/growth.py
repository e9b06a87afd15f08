"""What reads take as one campaign grows: `python -m bench.scale.growth 1000 10000 100000 1000000` prints lines of JSON, several a size.

The engine is dynoxide. Signatures are laid into the table directly; all else goes the way it does in
production. Calls and units are exact; times are of this machine, so CPU is told beside the clock.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.instruments import scenario
from bench.instruments.call_counter import watching
from bench.instruments.cpu_time import cpu_seconds
from bench.instruments.scenario import CAMPAIGN, forget_campaign, quiet, say
from bench.instruments.stack_process import no_pump
from bench.scale.synthetic_signatures import Crowd
from chalicelib.storage.access.secrets import parse
from local.aws.resources import TABLE_KEYS
from local.aws.template import Template
from local.http.server import Request
from local.stack import Stack
from local.startup.app_loader import wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.instruments.call_counter import Count
    from local.http.server import Answer

ROUNDS = 8
TABLE = "undersigned-local-SignaturesTable"
SECRETS = parse({"pepper": "bench"})
ADMIN = f"/admin/campaigns/{CAMPAIGN}"


@dataclass
class Reader:
    """Whoever asks, through the gateway."""

    ask: Callable[[Request], Answer]
    key: str

    def get(self, path: str) -> Any:
        """One answer that is right."""
        return self._answered("GET", path, b"")

    def post(self, path: str, value: Any) -> Any:
        """One answer that is right."""
        return self._answered("POST", path, json.dumps(value).encode())

    def sign(self, form: bytes) -> Any:
        """One signature taken."""
        return self._answered("POST", scenario.PATH, form)

    def _answered(self, method: str, path: str, body: bytes) -> Any:
        place, _, query = path.partition("?")
        headers = [("Host", "api.example.org"), ("Content-Type", "application/json"), ("Accept", "application/json")]
        headers.append(("Authorization", f"Bearer {self.key}"))
        answer = self.ask(Request(method, place, query, headers, body, "203.0.113.9"))
        assert answer.status in (200, 201, 202), answer.body
        return json.loads(answer.body)


def reads(reader: Reader, addresses: list[str]) -> dict[str, Callable[[], Any]]:
    """What organisers and pages ask for; nothing of it may cost more when there are more signatures."""
    pages, turn = f"{ADMIN}/signatures?limit=50", cycle(addresses)
    cursor = reader.get(f"{pages}&country=PE")["cursor"]
    breakdowns = "day,country,language,source,sponsor"
    return {
        "page of 50": lambda: reader.get(pages),
        "page of 50, one country": lambda: reader.get(f"{pages}&country=PE"),
        "the next such page": lambda: reader.get(f"{pages}&country=PE&cursor={cursor}"),
        "find an address": lambda: found(reader, next(turn)),
        "counts, all breakdowns": lambda: reader.get(f"{ADMIN}/counts?by={breakdowns}"),
        "list of campaigns": lambda: reader.get("/admin/campaigns"),
        "public count": lambda: reader.get(f"/campaigns/{CAMPAIGN}/count"),
        "newest public names": lambda: reader.get(f"/campaigns/{CAMPAIGN}/signers"),
    }


def found(reader: Reader, address: str) -> dict[str, Any]:
    """The one signature of an address that signed."""
    answer: dict[str, Any] = reader.post(f"{ADMIN}/signatures/find", {"email": address})
    assert answer["signatures"], f"{address} is not found"
    return answer


def forget() -> None:
    """Empties this container's caches of the campaign, as half a minute of waiting would; cached keys stay."""
    for service in (wiring().campaign_reader, wiring().public_signers):
        forget_campaign(service)


def asked(count: Count, read: Callable[[], Any]) -> dict[str, float]:
    """Calls and units of one read by a container that remembers nothing of the campaign."""
    read()  # the key is remembered from here on
    forget()
    count.forget()
    read()
    figures = {"calls": count.calls.total(), "units": count.units}
    count.forget()
    return figures


def _timed(read: Callable[[], Any], engine: list[int]) -> dict[str, float]:
    """Milliseconds of one read: by the clock (median, least), and of processor, ours and the engine's."""
    clock, before, ours = [], cpu_seconds(engine), time.process_time()
    for _ in range(ROUNDS):
        forget()
        began = time.perf_counter()
        read()
        clock.append((time.perf_counter() - began) * 1000)
    spent = {"app": time.process_time() - ours, "engine": cpu_seconds(engine) - before}
    each = {f"{name}_cpu_ms": round(seconds / ROUNDS * 1000, 1) for name, seconds in spent.items()}
    return {"median_ms": round(statistics.median(clock), 1), "least_ms": round(min(clock), 1), **each}


def measure(size: int) -> Iterator[dict[str, Any]]:
    """Everything about a campaign of one size, on an engine of its own, part by part."""
    quiet()
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        crowd = Crowd(CAMPAIGN, SECRETS.pepper, size)
        crowd.lay(folder, TABLE, _properties())
        started.enter_context(no_pump())
        count = started.enter_context(watching())
        stack = started.enter_context(Stack(engine="dynoxide", directory=folder, port=0))
        scenario.let_know(wiring(), SECRETS)  # the crowd's ids were made with it
        reader = Reader(stack._gateway.handle, stack.load_samples())  # noqa: SLF001 - HTTP itself is not what grows
        crowd.write_tallies(wiring().tallies)
        yield from _parts(crowd, stack.engine_pids(), count, reader)


def gathered(lines: str) -> list[dict[str, Any]]:
    """What was printed, a size each; sizes of which a part is missing are left out."""
    sizes: list[dict[str, Any]] = []
    for line in lines.splitlines():
        part = json.loads(line)
        if "signatures" in part:
            sizes.append({})
        sizes[-1] |= part
    return [size for size in sizes if "sign" in size]


def _properties() -> dict[str, Any]:
    properties = Template({"Production": "false"}).properties("SignaturesTable")
    streams = {"StreamSpecification": {"StreamEnabled": True, **properties["StreamSpecification"]}}
    return {key: properties[key] for key in TABLE_KEYS if key in properties} | streams


def _parts(crowd: Crowd, engine: list[int], count: Count, reader: Reader) -> Iterator[dict[str, Any]]:
    found = reads(reader, crowd.addresses())
    yield {"signatures": crowd.size, "item_bytes": crowd.item_bytes}
    yield {"reads": {name: {**asked(count, read), **_timed(read, engine)} for name, read in found.items()}}
    yield {"export": _export(reader, engine)}
    yield {"verify": _long(engine, "verify", CAMPAIGN)}
    yield {"sign": _sign(count, reader, crowd.size)}


def _sign(count: Count, reader: Reader, size: int) -> dict[str, float]:
    """Calls and units of a new signature, last of all: the tallies do not know it."""
    reader.get(f"/campaigns/{CAMPAIGN}/count")
    count.forget()
    reader.sign(scenario.form(size, "growth"))
    return {"calls": count.calls.total(), "units": count.units}


def _export(reader: Reader, engine: list[int]) -> dict[str, Any]:
    asked_for = reader.post(f"{ADMIN}/exports", {"format": "csv"})
    figures = _long(engine, "export", CAMPAIGN, asked_for["id"])
    told = reader.get(f"{ADMIN}/exports/{asked_for['id']}")
    assert told["state"] == "done", told
    return {
        "rows": told["rows"],
        "bytes": told["bytes"],
        **figures,
        "rows_per_cpu_second": round(told["rows"] / figures["cpu_seconds"]),
    }


def _long(engine: list[int], *about: str) -> dict[str, Any]:
    before = cpu_seconds(engine)
    worker = [sys.executable, "-m", "bench.scale.long_task", *about]
    done = subprocess.run(worker, check=True, stdout=subprocess.PIPE, env=os.environ)
    figures: dict[str, Any] = json.loads(done.stdout)
    rounded = {name: round(value, 2) for name, value in figures.items()}
    return {**rounded, "engine_cpu_seconds": round(cpu_seconds(engine) - before, 2)}


if __name__ == "__main__":
    for size in [int(size) for size in sys.argv[1:]] or [1000, 10_000]:
        say(f"  {size:,} signatures ...")
        for part in measure(size):
            print(json.dumps(part), flush=True)
