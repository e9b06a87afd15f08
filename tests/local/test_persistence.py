"""What was answered lasts: over a stop, and over `kill -9` of the supervisor, of the engine, and of both."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from local.engines.engine import ROOT
from local.engines.ports import ReservedPort
from local.stack import Stack
from tests.local.test_stack import LETTER, counts, sign

if TYPE_CHECKING:
    from pathlib import Path

    from local.engines.engine import EngineName

pytestmark = [pytest.mark.engine, pytest.mark.slow]
ENGINES = pytest.mark.parametrize("engine", ["ministack", "dynoxide"])


def a_stack(engine: EngineName, directory: Path) -> Stack:
    return Stack(engine=engine, directory=directory, port=0)


def a_supervisor(directory: Path, engine: str, port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PORT": str(port), "ENGINE": engine, "UNDERSIGNED_LOCAL": str(directory)}
    process = subprocess.Popen(
        [sys.executable, "-m", "local"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign/{LETTER}", timeout=5).close()
            (directory / "env").read_text()
        except OSError:
            assert process.poll() is None, "the supervisor ended"
            time.sleep(0.1)
        else:
            return process
    pytest.fail("the supervisor did not start")


def test_a_second_start_takes_its_key_from_the_first_while_requests_wait(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        with Stack(engine="ministack", directory=tmp_path, port=0, holds_requests=True) as stack:
            keys.append(stack.load_samples())
    assert keys[0] == keys[1]


def test_a_key_that_was_revoked_gives_way_to_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "admin-key").write_text("us_000000000000_nobody\n")
    with Stack(engine="ministack", directory=tmp_path, port=0, holds_requests=True) as stack:
        key = stack.load_samples()
        assert (key == "us_000000000000_nobody", (tmp_path / "admin-key").read_text().strip()) == (False, key)


def sign_over_http(port: int, email: str) -> None:
    form = f"email={email}&given_name=Ana&family_name=Quispe".encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/campaigns/{LETTER}/signatures", form, {"Accept": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201


@ENGINES
def test_a_stopped_stack_comes_back_as_it_was(engine: EngineName, tmp_path: Path) -> None:
    with a_stack(engine, tmp_path) as stack:
        key = stack.load_samples()
        sign(stack, LETTER, "one@example.org")
        stack.drain()
        mails = stack.outbox()
    with a_stack(engine, tmp_path) as stack:
        assert stack.load_samples() == key
        assert counts(stack, LETTER)["signatures"]["confirmed"] == 1
        assert stack.outbox() == mails


@ENGINES
def test_an_engine_that_was_killed_lost_nothing_that_was_answered(engine: EngineName, tmp_path: Path) -> None:
    with a_stack(engine, tmp_path) as stack:
        stack.load_samples()
        for number in range(10):
            assert sign(stack, LETTER, f"p{number}@example.org") == 201
        for pid in stack.engine_pids():
            os.kill(pid, signal.SIGKILL)
    with a_stack(engine, tmp_path) as stack:
        # At start the tally is repaired and owed mails are queued: what the stream forgot is made good.
        assert counts(stack, LETTER)["signatures"]["confirmed"] == 10
        stack.drain()
        assert sign(stack, LETTER, "p0@example.org") == 201
        stack.drain()
        assert counts(stack, LETTER)["signatures"]["confirmed"] == 10


@ENGINES
@pytest.mark.parametrize("whole_group", [False, True])
def test_a_killed_supervisor_leaves_everything_for_the_next(
    engine: EngineName, tmp_path: Path, whole_group: bool
) -> None:
    with ReservedPort() as reserved:
        port = reserved.number
        process = a_supervisor(tmp_path, engine, port)
    engines = set(re.findall(r"http://127\.0\.0\.1:\d+(?='$)", (tmp_path / "env").read_text(), re.MULTILINE))
    engines -= {f"http://127.0.0.1:{port}"}
    assert engines
    assert all(answers(address) for address in engines)
    for number in range(10):
        sign_over_http(port, f"p{number}@example.org")
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    # The engines notice, save and end by themselves: nothing is left behind.
    deadline = time.monotonic() + 15
    while any(answers(address) for address in engines) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(answers(address) for address in engines)
    with a_stack(engine, tmp_path) as stack:
        stack.drain()
        assert counts(stack, LETTER)["signatures"]["confirmed"] == 10


def answers(address: str) -> bool:
    host, _, port = address.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_taken_port_is_said_in_words(tmp_path: Path) -> None:
    with a_stack("ministack", tmp_path) as stack:
        environment = {
            **os.environ,
            "PORT": stack.base.rpartition(":")[2],
            "UNDERSIGNED_LOCAL": str(tmp_path / "other"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "local"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert "is in use. Choose another one: PORT=" in done.stderr
    assert "Traceback" not in done.stderr
