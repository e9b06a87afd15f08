"""Forks the workers from one process that has imported everything, so that a killed one is back within a blink.

`python -m chaos.stack.fork_server` reads one JSON object a line, `{"name", "module", "is_program", "arguments", "environment", "log"}`, and
tells `{"name", "pid"}` when it is there and `{"name", "ended"}` when it is gone. It ends its workers when its input ends.
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
)


def main() -> None:
    """Until the input ends."""
    _warm_up()
    children: dict[int, str] = {}
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], LOOK_SECONDS)
        if readable:
            got = os.read(0, 65536)
            if not got:
                break
            *lines, pending = (pending + got).split(b"\n")
            for line in lines:
                wanted = json.loads(line)
                pid = _fork(wanted)
                children[pid] = wanted["name"]
                _tell(name=wanted["name"], pid=pid)
        _reap(children)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _warm_up() -> None:
    """Everything that takes time and holds no state: modules, and what AWS's operations look like."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    session = boto3.session.Session(region_name="us-east-1")
    for service in SERVICES:
        session.client(service)  # type: ignore[call-overload]  # any service, by name
    for name in IMPORTS:
        importlib.import_module(name)


def _fork(wanted: dict[str, Any]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(wanted["environment"])
        if wanted["is_program"]:
            _end_with_nursery()
            os.execv(wanted["module"], [wanted["module"], *wanted["arguments"]])  # noqa: S606  # no shell is wanted
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        importlib.import_module(wanted["module"]).main(*wanted["arguments"])
    except BaseException:  # noqa: BLE001  # a forked process must never go on as its parent
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)  # a worker works until it is ended


def _end_with_nursery() -> None:
    """Another program cannot watch for our end: the kernel does (Linux only, as is dynoxide)."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def _reap(children: dict[int, str]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            _tell(name=children.pop(pid), ended=True)


def _tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
