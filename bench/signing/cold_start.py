"""CPU of a cold start in fresh interpreters with warm `.pyc` files, compared to only Chalice and a DynamoDB client.

Ours has the AWS SDK as the zip holds it, the bare case the whole one, as Lambda has it.

`python -m bench.signing.cold_start CASE` is one such interpreter: it prints its CPU milliseconds since the first
import.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 11


def bare() -> None:
    """What every Chalice function that uses DynamoDB costs."""
    import boto3
    from chalice.app import Chalice

    Chalice(app_name="bare")
    boto3.client("dynamodb")


def imported() -> None:
    """What Lambda does before the first request."""
    import app

    assert app.app.routes


def ready() -> None:
    """The same, plus the DynamoDB client, as in the bare case."""
    import app
    from chalicelib.wiring import wiring

    assert app.app.routes
    assert wiring().dynamodb


def answered() -> None:
    """The same, plus the first signature: secret, campaign and write, with only sending stubbed."""
    import app

    _stub_sending()
    answer = app.app(json.loads(os.environ["BENCH_EVENT"]), None)
    assert answer["statusCode"] == 201, answer


CASES: dict[str, Callable[[], None]] = {
    "bare": bare, "import_app": imported, "app_and_client": ready, "first_sign": answered
}  # fmt: skip


def _stub_sending() -> None:
    import zlib

    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    answers: dict[str, Any] = {
        "GetSecretValue": {"SecretString": '{"pepper": "measured"}'},
        "Query": {"Items": [json.loads(os.environ["BENCH_CAMPAIGN"])], "Count": 1},
        "UpdateItem": {},
    }

    class Answer(AWSResponse):
        """A canned response."""

        @property
        def content(self) -> bytes:
            return bytes(self.raw)

    def send(_session: Any, request: Any) -> Any:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        body = json.dumps(answers[operation]).encode()
        headers: Any = {"content-type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
        return Answer(request.url, 200, headers, body)

    setattr(URLLib3Session, "send", send)  # noqa: B010 - unittest.mock would cost a sixth of what is measured


def _copy_sdk_of_the_zip(folder: Path) -> None:
    import botocore

    from deploy.packaging import sdk

    shutil.copytree(Path(botocore.__file__).parent, folder / "botocore", ignore=shutil.ignore_patterns("__pycache__"))
    sdk.cut(folder)


def measure() -> dict[str, Any]:
    """Medians in CPU ms, and each relative to the bare case."""
    from bench.instruments import scenario
    from bench.signing import handler_cpu

    _, _, items = handler_cpu.prepare()
    facts = {"BENCH_EVENT": scenario.event(1), "BENCH_CAMPAIGN": items["campaign"]}
    environment = {**os.environ, **scenario.SETTINGS, **{name: json.dumps(fact) for name, fact in facts.items()}}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the first run writes the .pyc files, which the zip has
    times: dict[str, list[float]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        _copy_sdk_of_the_zip(Path(folder))
        for turn in range(RUNS + 1):
            for case, runs in times.items():  # in turns, so that a busy moment affects all cases
                theirs = {} if case == "bare" else {"PYTHONPATH": folder}
                command = [sys.executable, "-m", "bench.signing.cold_start", case]
                done = subprocess.run(command, env=environment | theirs, check=True, stdout=subprocess.PIPE)
                if turn:
                    runs.append(float(done.stdout))
    medians = {case: statistics.median(runs) for case, runs in times.items()}
    return {
        "cpu_ms": {case: round(value, 1) for case, value in medians.items()},
        "times_bare": {case: round(value / medians["bare"], 2) for case, value in medians.items()},
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        began = time.process_time()
        CASES[sys.argv[1]]()
        print((time.process_time() - began) * 1000)
    else:
        print(json.dumps(measure()))
