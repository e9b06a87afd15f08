"""What organisers wait for as signatures grow: pages, counts and exports. `python -m bench.many 1000 1000000` prints JSON.

The engine is dynoxide, in memory. Signatures are laid into the table directly; all else goes the way it does in production.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.scenario import CAMPAIGN, form, quiet, say
from bench.server import no_pump
from local.loading import wiring
from local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 25  # items a BatchWriteItem
PAGES = 40
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
CALLS = {
    "page of 50": f"/admin/campaigns/{CAMPAIGN}/signatures?limit=50",
    "page of 50, one country": f"/admin/campaigns/{CAMPAIGN}/signatures?limit=50&country=PE",
    "counts": f"/admin/campaigns/{CAMPAIGN}/counts",
}


def main(sizes: list[int]) -> None:
    """Measures at each size, smallest first, one table growing."""
    quiet()
    found = []
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        started.enter_context(no_pump())
        stack = started.enter_context(Stack(engine="dynoxide", directory=folder, port=0, memory=True))
        key, there = stack.load_samples(), 0
        _stop_stream()
        for size in sorted(sizes):
            say(f"  {size:,} signatures ...")
            _lay_in(there, size)
            there = size
            found.append({"signatures": size, "calls_ms": _calls(stack.url, key), "export": _export(stack.url, key)})
    print(json.dumps(found, indent=1))


def _stop_stream() -> None:
    """Nobody reads it here, and the engine's writes slow down with every record in it."""
    wired = wiring()
    wired.dynamodb.update_table(TableName=wired.settings.signatures_table, StreamSpecification={"StreamEnabled": False})


def _lay_in(start: int, end: int) -> None:
    starts = range(start, end, AT_ONCE)
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda first: _write(first, min(first + AT_ONCE, end)), starts))


def _write(first: int, end: int) -> None:
    requests = [{"PutRequest": {"Item": item}} for item in _items(first, end)]
    wired = wiring()
    wired.dynamodb.batch_write_item(RequestItems={wired.settings.signatures_table: requests})


def _items(first: int, end: int) -> Iterator[dict[str, Any]]:
    from chalicelib.domain.addresses import signature_id
    from chalicelib.domain.signatures import Signature, SignatureState
    from chalicelib.storage import names
    from chalicelib.storage.database import encode
    from chalicelib.storage.signature_items import stamp, typed_attributes

    for number in range(first, end):
        typed, signed_at = json.loads(form(number)), BEGIN + timedelta(seconds=number)
        one = Signature(
            campaign=CAMPAIGN,
            id=signature_id(b"bench", CAMPAIGN, typed["email"]),
            state=SignatureState.CONFIRMED,
            signed_at=signed_at,
            email=typed["email"],
            answers={name: typed[name] for name in ("given_name", "family_name", "country", "postal_code", "comment")},
            language="es",
            public=True,
            consents=tuple(typed["consents"]),
            source=typed["source"],
            text_version=1,
            fingerprint="0123456789abcdef",
        )
        pk, sk = names.signature_key(CAMPAIGN, 16, one.id)
        times = dict.fromkeys(("signed_at", "asked_at", "sent_at", "confirmed_at", "changed_at"), stamp(signed_at))
        day = signed_at.date().isoformat()
        yield encode(
            {"pk": pk, "sk": sk, "state": "confirmed", **typed_attributes(one), **times, "day": day, "sends": 1}
        )


def _get(url: str, key: str, body: bytes | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
        return json.load(answer)


def _calls(base: str, key: str) -> dict[str, float]:
    found = {}
    for name, path in CALLS.items():
        times = []
        for _ in range(PAGES):
            before = time.perf_counter()
            _get(base + path, key)
            times.append((time.perf_counter() - before) * 1000)
        found[name] = round(statistics.median(times), 1)
    return found


def _export(base: str, key: str) -> dict[str, Any]:
    """One export, written in a process of its own: its time, its CPU, its peak memory."""
    asked = _get(f"{base}/admin/campaigns/{CAMPAIGN}/exports", key, json.dumps({"format": "csv"}).encode())
    worker = [sys.executable, "-m", "bench.export_worker", CAMPAIGN, asked["id"]]
    done = subprocess.run(worker, check=True, stdout=subprocess.PIPE, env=os.environ)
    figures: dict[str, Any] = json.loads(done.stdout)
    told = _get(f"{base}/admin/campaigns/{CAMPAIGN}/exports/{asked['id']}", key)
    assert told["state"] == "done", told
    rows = told["rows"]
    return {
        "rows": rows,
        "bytes": told["bytes"],
        "rows_per_second": round(rows / figures["seconds"]),
        "rows_per_cpu_second": round(rows / figures["cpu_seconds"]),
        "peak_mb": figures["peak_mb"],
    }


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000, 20_000])
