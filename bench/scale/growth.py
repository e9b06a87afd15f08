"""What reads cost as one campaign grows, on dynoxide.

`python -m bench.scale.growth 1000 10000 100000 1000000` prints several lines of JSON per size. Signatures are imported
into the table directly; everything else works as in production. Calls and units are exact; times depend on the machine,
so CPU is reported beside the clock.
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
from bench.instruments.call_counter import counting_calls
from bench.instruments.cpu_time import cpu_seconds
from bench.instruments.scenario import CAMPAIGN, forget_campaign, show_progress, silence_logs
from bench.instruments.stack_process import without_pump
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
    """An organiser or visitor, through the gateway."""

    send: Callable[[Request], Answer]
    key: str

    def get(self, path: str) -> Any:
        """The JSON at `path`."""
        return self._answered("GET", path, b"")

    def post(self, path: str, value: Any) -> Any:
        """The response to a JSON body."""
        return self._answered("POST", path, json.dumps(value).encode())

    def sign(self, form: bytes) -> Any:
        """Sign with a form."""
        return self._answered("POST", scenario.PATH, form)

    def _answered(self, method: str, path: str, body: bytes) -> Any:
        target, _, query = path.partition("?")
        headers = [("Host", "api.example.org"), ("Content-Type", "application/json"), ("Accept", "application/json")]
        headers.append(("Authorization", f"Bearer {self.key}"))
        answer = self.send(Request(method, target, query, headers, body, "203.0.113.9"))
        assert answer.status in (200, 201, 202), answer.body
        return json.loads(answer.body)


def reads(reader: Reader, addresses: list[str]) -> dict[str, Callable[[], Any]]:
    """The reads of organisers and pages; none may cost more when there are more signatures."""
    pages, turn = f"{ADMIN}/signatures?limit=50", cycle(addresses)
    cursor = reader.get(f"{pages}&country=PE")["cursor"]
    breakdowns = "day,country,language,source,sponsor"
    return {
        "page of 50": lambda: reader.get(pages),
        "page of 50, one country": lambda: reader.get(f"{pages}&country=PE"),
        "the next such page": lambda: reader.get(f"{pages}&country=PE&cursor={cursor}"),
        "find an address": lambda: find_signature(reader, next(turn)),
        "counts, all breakdowns": lambda: reader.get(f"{ADMIN}/counts?by={breakdowns}"),
        "list of campaigns": lambda: reader.get("/admin/campaigns"),
        "public count": lambda: reader.get(f"/campaigns/{CAMPAIGN}/count"),
        "newest public names": lambda: reader.get(f"/campaigns/{CAMPAIGN}/signers"),
    }


def find_signature(reader: Reader, address: str) -> dict[str, Any]:
    """The signature of an address that signed."""
    answer: dict[str, Any] = reader.post(f"{ADMIN}/signatures/find", {"email": address})
    assert answer["signatures"], f"{address} was not found"
    return answer


def empty_caches() -> None:
    """Removes the campaign from this process's caches, as if they had expired; cached keys stay."""
    for service in (wiring().campaign_reader, wiring().public_signers):
        forget_campaign(service)


def cost(count: Count, read: Callable[[], Any]) -> dict[str, float]:
    """Calls and units of one read without the campaign in any cache."""
    read()  # caches the key
    empty_caches()
    count.reset()
    read()
    figures = {"calls": count.calls.total(), "units": count.units}
    count.reset()
    return figures


def _timed(read: Callable[[], Any], engine: list[int]) -> dict[str, float]:
    """Milliseconds of one read: by the clock (median and minimum), and CPU of the app and the engine."""
    clock, before, ours = [], cpu_seconds(engine), time.process_time()
    for _ in range(ROUNDS):
        empty_caches()
        began = time.perf_counter()
        read()
        clock.append((time.perf_counter() - began) * 1000)
    spent = {"app": time.process_time() - ours, "engine": cpu_seconds(engine) - before}
    each = {f"{name}_cpu_ms": round(seconds / ROUNDS * 1000, 1) for name, seconds in spent.items()}
    return {"median_ms": round(statistics.median(clock), 1), "least_ms": round(min(clock), 1), **each}


def measure(size: int) -> Iterator[dict[str, Any]]:
    """Every figure for one size of campaign, on an engine of its own, part by part."""
    silence_logs()
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        crowd = Crowd(CAMPAIGN, SECRETS.pepper, size)
        crowd.write_database(folder, TABLE, _properties())
        started.enter_context(without_pump())
        count = started.enter_context(counting_calls())
        stack = started.enter_context(Stack(engine="dynoxide", directory=folder, port=0))
        scenario.use_secrets(wiring(), SECRETS)  # the crowd's ids depend on it
        reader = Reader(stack._gateway.handle, stack.load_samples())  # noqa: SLF001 - without HTTP, which does not grow
        crowd.write_tallies(wiring().tallies)
        yield from _parts(crowd, stack.engine_pids(), count, reader)


def parse_output(lines: str) -> list[dict[str, Any]]:
    """The figures printed by this program, by size; incomplete sizes are left out."""
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
    all_reads = reads(reader, crowd.addresses())
    yield {"signatures": crowd.size, "item_bytes": crowd.item_bytes}
    yield {"reads": {name: {**cost(count, read), **_timed(read, engine)} for name, read in all_reads.items()}}
    yield {"export": _export(reader, engine)}
    yield {"verify": _run_task(engine, "verify", CAMPAIGN)}
    yield {"sign": _sign(count, reader, crowd.size)}


def _sign(count: Count, reader: Reader, size: int) -> dict[str, float]:
    """Calls and units of a new signature. Comes last, because the tallies do not include it."""
    reader.get(f"/campaigns/{CAMPAIGN}/count")
    count.reset()
    reader.sign(scenario.form(size, "growth"))
    return {"calls": count.calls.total(), "units": count.units}


def _export(reader: Reader, engine: list[int]) -> dict[str, Any]:
    export = reader.post(f"{ADMIN}/exports", {"format": "csv"})
    figures = _run_task(engine, "export", CAMPAIGN, export["id"])
    done = reader.get(f"{ADMIN}/exports/{export['id']}")
    assert done["state"] == "done", done
    return {
        "rows": done["rows"],
        "bytes": done["bytes"],
        **figures,
        "rows_per_cpu_second": round(done["rows"] / figures["cpu_seconds"]),
    }


def _run_task(engine: list[int], *arguments: str) -> dict[str, Any]:
    before = cpu_seconds(engine)
    worker = [sys.executable, "-m", "bench.scale.long_task", *arguments]
    done = subprocess.run(worker, check=True, stdout=subprocess.PIPE, env=os.environ)
    figures: dict[str, Any] = json.loads(done.stdout)
    rounded = {name: round(value, 2) for name, value in figures.items()}
    return {**rounded, "engine_cpu_seconds": round(cpu_seconds(engine) - before, 2)}


if __name__ == "__main__":
    for size in [int(size) for size in sys.argv[1:]] or [1000, 10_000]:
        show_progress(f"  {size:,} signatures ...")
        for part in measure(size):
            print(json.dumps(part), flush=True)
