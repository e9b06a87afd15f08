"""CPU of one sign without the network: our own code with a stubbed AWS client, and all of it with only sending stubbed.

`python -m bench.signing.handler_cpu` prints JSON; with `--profile` it prints where our own code spends its time.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import zlib
from functools import partial
from typing import Any

from bench.instruments import scenario
from bench.signing.bare_route import bare_app

ROUNDS, SIGNS = 9, 1000


class Items(dict[str, Any]):
    """A stub of the DynamoDB client: one campaign in the Registry, and every write succeeds."""

    def get_item(self, **_: Any) -> dict[str, Any]:
        """Finds nothing."""
        return {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """Keeps the campaign, which comes first; its statement and the audit entry are not needed."""
        self["campaign"] = request["TransactItems"][0]["Put"]["Item"]
        return {}

    def query(self, **_: Any) -> dict[str, Any]:
        """Finds the campaign."""
        return {"Items": [self["campaign"]]}

    def update_item(self, **_: Any) -> dict[str, Any]:
        """Writes a new signature."""
        return {}


class Response:
    """An HTTP response as botocore reads it."""

    status_code = 200

    def __init__(self, body: bytes) -> None:
        self.content = body
        self.headers = {"content-type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}


def prepare() -> tuple[Any, Any, Items]:
    """The app wired to the stub, the real client, and the stub with the campaign in it."""
    os.environ.update(scenario.SETTINGS)
    scenario.silence_logs()
    import app
    from chalicelib.domain.access.api_keys import ApiKey, Role
    from chalicelib.storage.access.secrets import parse
    from chalicelib.wiring import wiring

    wired = wiring()
    items = Items()
    real_client = wired.dynamodb
    wired.__dict__["dynamodb"] = items
    scenario.use_secrets(wired, parse({"pepper": "measured"}))
    key = ApiKey(id="bench", name="bench", role=Role.ADMIN, campaigns=("*",), secret_hash="", created_at=wired.now())
    wired.campaign_editor.put(scenario.CAMPAIGN, scenario.document(), version=None, key=key)
    return app.app, real_client, items


def stub_sending(client: Any, items: Items) -> None:
    """Answers each request of a botocore client just before it would be sent; the client still parses the bytes."""
    campaign = json.dumps({"Items": [items["campaign"]], "Count": 1}, ensure_ascii=False).encode()
    answers = {"Query": Response(campaign), "UpdateItem": Response(b"{}")}

    def answer(request: Any, **_: Any) -> Response:
        operation: str = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        return answers[operation]

    client.meta.events.register("before-send.dynamodb.*", answer)


def measure() -> dict[str, float]:
    """CPU µs per sign, medians of several rounds, and how many times that of the bare route."""
    app, client, items = prepare()
    own, bare = _rounds(app, bare_app(None))
    stub_sending(client, items)
    _use(client)
    in_all, bare_in_all = _rounds(app, bare_app(client.update_item))
    return {
        "own_code_us": round(own, 1),
        "bare_route_us": round(bare, 1),
        "own_times_bare": round(own / bare, 2),
        "in_all_us": round(in_all, 1),
        "bare_in_all_us": round(bare_in_all, 1),
        "in_all_times_bare": round(in_all / bare_in_all, 2),
    }


def _use(client: Any) -> None:
    """Gives the real client to the tables that were built on the stub."""
    from chalicelib.wiring import wiring

    wired = wiring()
    for table in (wired.registry, wired.signatures._table):  # noqa: SLF001
        table._client = client  # noqa: SLF001


def _rounds(*apps: Any) -> list[float]:
    """The median of each, in turns."""
    works = [partial(_sign, app) for app in apps]
    for number in range(50):  # the first signatures import, cache and compile
        for work in works:
            work(scenario.event(number, "warm"))
    turns = [
        [scenario.cpu_microseconds_each(work, [scenario.event(n, f"r{turn}") for n in range(SIGNS)]) for work in works]
        for turn in range(ROUNDS)
    ]
    return [statistics.median(times) for times in zip(*turns, strict=True)]


def _sign(app: Any, event: dict[str, Any]) -> None:
    assert app(event, None)["statusCode"] in {200, 201}


def profile() -> None:
    """Prints where our own code, or with `all` everything, spends its time."""
    import cProfile
    import pstats

    app, client, items = prepare()
    if "all" in sys.argv:
        stub_sending(client, items)
        _use(client)
    app(scenario.event(0, "warm"), None)
    events = [scenario.event(n) for n in range(3000)]
    with cProfile.Profile() as profiler:
        for event in events:
            app(event, None)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    if "--profile" in sys.argv:
        profile()
    else:
        print(json.dumps(measure()))
