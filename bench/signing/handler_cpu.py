"""CPU of one sign without the network: our own code with the AWS client stubbed, and in all with only the sending stubbed.

Run alone (`python -m bench.signing.handler_cpu`) it prints JSON; `--profile` prints where the own code spends its time instead.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import zlib
from typing import Any

from bench.instruments import scenario

ROUNDS, SIGNS = 9, 1000


class Items(dict[str, Any]):
    """Stands in for the DynamoDB client: one campaign in the Registry, and every write succeeds."""

    def get_item(self, **_: Any) -> dict[str, Any]:
        """Nothing is there yet."""
        return {}

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """Keeps the campaign, which is written first; its statement and the audit entry are not read here."""
        self["campaign"] = request["TransactItems"][0]["Put"]["Item"]
        return {}

    def query(self, **_: Any) -> dict[str, Any]:
        """Reads the campaign."""
        return {"Items": [self["campaign"]]}

    def update_item(self, **_: Any) -> dict[str, Any]:
        """Writes a signature that was not there."""
        return {}


class Sent:
    """An HTTP answer as botocore reads one."""

    status_code = 200

    def __init__(self, body: bytes) -> None:
        self.content = body
        self.headers = {"content-type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}


def prepare() -> tuple[Any, Any, Items]:
    """The app, its wiring on the stub, and the stub with the campaign in it."""
    os.environ.update(scenario.SETTINGS)
    scenario.quiet()
    import app
    from chalicelib.domain.access.api_keys import ApiKey, Role
    from chalicelib.storage.access.secrets import parse
    from chalicelib.wiring import wiring

    wired = wiring()
    items = Items()
    real = wired.dynamodb
    wired.__dict__["dynamodb"] = items
    scenario.let_know(wired, parse({"pepper": "measured"}))
    key = ApiKey(id="bench", name="bench", role=Role.ADMIN, campaigns=("*",), secret_hash="", created_at=wired.now())
    wired.campaign_editor.put(scenario.CAMPAIGN, scenario.document(), version=None, key=key)
    return app.app, real, items


def stub_sending(client: Any, items: Items) -> None:
    """Answers each request of a botocore client right before it would be sent, and hands it its bytes to parse."""
    campaign = json.dumps({"Items": [items["campaign"]], "Count": 1}, ensure_ascii=False).encode()
    answers = {"Query": Sent(campaign), "UpdateItem": Sent(b"{}")}

    def answer(request: Any, **_: Any) -> Sent:
        operation: str = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        return answers[operation]

    client.meta.events.register("before-send.dynamodb.*", answer)


def measure() -> dict[str, float]:
    """CPU µs a sign, medians of several rounds."""
    app, client, items = prepare()
    own = _rounds(app)
    stub_sending(client, items)
    _use(client)
    return {"own_code_us": round(own, 1), "in_all_us": round(_rounds(app), 1)}


def _use(client: Any) -> None:
    """Puts the real client under the tables that were built on the stub."""
    from chalicelib.wiring import wiring

    wired = wiring()
    for table in (wired.registry, wired.signatures._table):  # noqa: SLF001
        table._client = client  # noqa: SLF001


def _rounds(app: Any) -> float:
    def sign(event: dict[str, Any]) -> None:
        assert app(event, None)["statusCode"] == 201

    for number in range(50):  # first signs import, cache and compile
        sign(scenario.event(number, "warm"))
    return statistics.median(
        scenario.microseconds_each(sign, [scenario.event(n, f"r{turn}") for n in range(SIGNS)])
        for turn in range(ROUNDS)
    )


def profile() -> None:
    """Prints where a sign's own code, or with `all` the whole, spends its time."""
    import cProfile
    import pstats

    app, client, items = prepare()
    if "all" in sys.argv:
        stub_sending(client, items)
        _use(client)
    app(scenario.event(0, "warm"), None)
    events = [scenario.event(n) for n in range(3000)]
    with cProfile.Profile() as watched:
        for event in events:
            app(event, None)
    pstats.Stats(watched).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    if "--profile" in sys.argv:
        profile()
    else:
        print(json.dumps(measure()))
