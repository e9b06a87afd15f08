"""Runs tests in a copy, each time in a process of its own that begins with the libraries loaded, and ours not.

Started by `runs` with a copy as its folder. Reads `{"tests": [...], "seconds": n}` a line, and answers each with
`{"outcome": "passed" | "failed" | "timeout" | "broken", "test": id, "error": name}`. Seconds are of the processor, so that a busy
machine makes no difference; what only waits is ended after ten times as many on the clock.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

LIBRARIES = ("boto3", "chalice", "email_validator", "hypothesis", "jinja2", "moto", "pydantic", "moto.dynamodb", "moto.s3",
             "moto.sqs", "moto.sns", "moto.secretsmanager", "moto.sts")  # fmt: skip
SERVICES = ("dynamodb", "dynamodbstreams", "s3", "secretsmanager", "sesv2", "sns", "sqs")
# Plugins that no test here needs, and that take longer to load than most tests take.
UNUSED_PLUGINS = {"anyio", "hypothesispytest", "schemathesis", "xdist", "xdist.looponfail"}
WAITING = 10


class FirstFailure:
    """A plugin that keeps which test failed first, and by what."""

    def __init__(self) -> None:
        self.test = self.error = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Looks at each phase of a test."""
        report = yield
        if report.failed and not self.test and call.excinfo:
            self.test, self.error = item.nodeid.partition("[")[0], call.excinfo.type.__name__
        return report


def plugins() -> list[str]:
    """The modules of pytest's plugins that are installed, as far as tests need them."""
    found = metadata.entry_points(group="pytest11")
    return [one.module for one in found if one.name not in UNUSED_PLUGINS]


def load_libraries() -> None:
    """What does not change with a fault: importing it, and reading AWS's models, takes longer than most tests."""
    import botocore.session

    for name in LIBRARIES:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    loader = botocore.session.create_loader()
    botocore.session.create_loader = lambda *_: loader
    import boto3

    session = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")  # noqa: S106
    for service in SERVICES:
        session.client(service)  # type: ignore[call-overload]  # any service, by name
    gc.collect()
    gc.freeze()


def run(tests: list[str], seconds: int, answer: int) -> None:
    """The tests, up to the first that fails; what came of them is written to `answer`. Never returns."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    first = FirstFailure()
    options = ["-x", "-q", "-p", "no:cacheprovider", "--tb=no", *(word for name in plugins() for word in ("-p", name))]
    code = pytest.main([*options, *tests], plugins=[first])
    told = {"outcome": "failed" if code else "passed", "test": first.test, "error": first.error, "code": int(code)}
    os.write(answer, json.dumps(told).encode())
    os._exit(0)


def answered(tests: list[str], seconds: int) -> dict[str, Any]:
    """Runs tests in a child; that it took longer than `seconds` is an answer too. One that dies is `broken`: our own fault."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        run(tests, seconds, writing)
    os.close(writing)
    is_late = _is_late(child, seconds)
    told = os.read(reading, 65_536)
    os.close(reading)
    if told:
        found: dict[str, Any] = json.loads(told)
        return found
    return {"outcome": "timeout" if is_late else "broken", "test": "", "error": ""}


def _is_late(child: int, seconds: int) -> bool:
    """Waits for a child; True when it was ended for using too much time."""
    deadline = time.monotonic() + WAITING * seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main() -> None:
    """Answers until nothing more is asked."""
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.path[0] = str(Path.cwd())
    load_libraries()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(answered(request["tests"], request["seconds"])), flush=True)


if __name__ == "__main__":
    main()
