"""Forks the workers from one process that has imported everything, so that a killed one restarts in no time.

`python -m chaos.stack.fork_server` reads a line of JSON per worker, `{"name", "module", "is_program", "arguments",
"environment", "log"}`, and prints `{"name", "pid"}` when it has started and `{"name", "ended"}` when it has ended. It
kills its workers when its input ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from typing import Any

import boto3
import botocore.session

LOOK_SECONDS = 0.02
SERVICES = ("dynamodb", "dynamodbstreams", "sqs", "secretsmanager", "sesv2")
IMPORTS = (
    "app",
    "chalicelib.api.events",
    "chalicelib.domain.campaigns.sign_form",
    "chalicelib.pages.rendering",
    "chalicelib.services.privacy.privacy_requests",
    "chalicelib.services.mail.address_allowance",
    "chalicelib.services.mail.email_composer",
    "chalicelib.services.mail.mailer",
    "chaos.workers.gateway",
    "chaos.workers.mailer",
    "chaos.workers.projector",
    "chaos.workers.updater",
    "chalicelib.services.updates.update_sender",
)


def main() -> None:
    """Fork workers until the input ends."""
    _warm_up()
    children: dict[int, str] = {}
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], LOOK_SECONDS)
        if readable:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                request = json.loads(line)
                pid = _fork(request)
                children[pid] = request["name"]
                _report(name=request["name"], pid=pid)
        _reap(children)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _warm_up() -> None:
    """Load whatever takes time and holds no state: modules, and the models of AWS's operations."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    session = boto3.session.Session(region_name="us-east-1")
    for service in SERVICES:
        session.client(service)  # type: ignore[call-overload]  # any service, by name
    for name in IMPORTS:
        importlib.import_module(name)


def _fork(request: dict[str, Any]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(request["environment"])
        if request["is_program"]:
            _die_with_fork_server()
            os.execv(request["module"], [request["module"], *request["arguments"]])  # noqa: S606  # no shell needed
        threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()
        importlib.import_module(request["module"]).main(*request["arguments"])
    except BaseException:  # noqa: BLE001  # a forked process must never continue as its parent
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)  # a worker runs until it is killed


def _die_with_fork_server() -> None:
    """Another program cannot watch whether we end; the kernel does it (Linux only, like dynoxide)."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def _exit_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def _reap(children: dict[int, str]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            _report(name=children.pop(pid), ended=True)


def _report(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
