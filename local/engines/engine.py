"""Starts and stops the local engines: ministack for everything, or dynoxide for DynamoDB and ministack for the rest.

It tells where they listen; it creates nothing in them and never talks to real AWS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Literal

from local.engines import dynoxide
from local.engines.ports import ReservedPort, listening_socket

EngineName = Literal["ministack", "dynoxide"]
ROOT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, deleted with the engine
MIN_FREE_BYTES = 512 * 1024 * 1024  # far more than a test stores; a container may have only 64 MB there
START_SECONDS = 60
STOP_SECONDS = 30


class EngineFailed(RuntimeError):
    """An engine did not start; the message names its log."""


class Engine:
    """The processes behind `AWS_ENDPOINT_URL`. `memory` keeps dynoxide's tables in memory where possible, for tests."""

    def __init__(self, name: EngineName, folder: Path, *, memory: bool = False) -> None:
        self.name = name
        self._folder = folder
        self._memory = memory
        self._tables = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._logs: list[IO[bytes]] = []
        self.endpoints: dict[str, str] = {}

    def start(self) -> None:
        """Start the processes and wait until they answer."""
        self._folder.mkdir(parents=True, exist_ok=True)
        url = self._start_ministack()
        self.endpoints = {"AWS_ENDPOINT_URL": url}
        if self.name == "dynoxide":
            with ReservedPort() as port:
                self._start_dynoxide(port.number)
                self._wait(port.url, "dynoxide")
            for service in ("DYNAMODB", "DYNAMODB_STREAMS"):
                self.endpoints[f"AWS_ENDPOINT_URL_{service}"] = port.url
            dynoxide.index_stream(self._tables / "dynamo.db")
        self._wait(url, "ministack")

    def save(self) -> None:
        """Make ministack write all its state now: what is created once (secret, queues, topic) is not in the journal."""
        request = urllib.request.Request(self.endpoints["AWS_ENDPOINT_URL"] + "/_undersigned/save", method="POST")
        urllib.request.urlopen(request, timeout=60).close()

    def stop(self) -> None:
        """Stop the processes cleanly; ministack saves before it ends."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            if process.stdin:
                process.stdin.close()
        for log in self._logs:
            log.close()
        if self._tables != self._folder:
            shutil.rmtree(self._tables, ignore_errors=True)  # in case its orphan guard was killed
            self._tables = self._folder
        self._processes.clear()
        self._logs.clear()

    def pids(self) -> list[int]:
        """The process ids, for tests that kill them."""
        return [process.pid for process in self._processes]

    def _start_ministack(self) -> str:
        """Start it on a port of its own; return its address. It inherits the listening socket."""
        with listening_socket() as listener:
            host, port = listener.getsockname()
            settings = {
                "LISTENER": str(listener.fileno()),
                "GATEWAY_PORT": str(port),  # for the addresses of its queues
                "BIND_HOST": host,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self._folder / "ministack"),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self._folder / "files"),
                "MINISTACK_REGION": "us-east-1",
                "LOG_LEVEL": "WARNING",
                # Services that are never used must not open ports of their own.
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": "unix:///nonexistent",
            }
            self._spawn(
                "ministack", [sys.executable, "-m", "local.engines.ministack_server"], settings, listener.fileno()
            )
        return f"http://{host}:{port}"

    def _start_dynoxide(self, port: int) -> None:
        command = [str(dynoxide.binary()), "--host", "127.0.0.1", "--port", str(port), "--db-path"]
        guard = [sys.executable, "-m", "local.engines.orphan_guard"]
        if self._memory and (memory := memory_folder()):
            self._tables = memory
            # Memory that nobody frees is lost until the machine restarts, so freeing it must not depend on us.
            guard += ["--delete", str(memory)]
        self._spawn("dynoxide", [*guard, *command, str(self._tables / "dynamo.db")], {})

    def _spawn(self, name: str, command: list[str], settings: dict[str, str], *inherited: int) -> None:
        log = (self._folder / f"{name}.log").open("ab")
        self._logs.append(log)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **settings}
        # A session of its own: Ctrl-C in the terminal reaches only us, and we stop the engine in order.
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=ROOT,
            pass_fds=inherited,
            start_new_session=True,
        )
        self._processes.append(process)

    def _wait(self, url: str, name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            if _answers(url):
                return
            time.sleep(0.05)
        log = self._folder / f"{name}.log"
        self.stop()
        raise EngineFailed(f"{name} did not start. The end of {log}:\n{_tail(log)}")


def memory_folder() -> Path | None:
    """A new folder in memory, or None when there is no place for one, or not enough."""
    try:
        if shutil.disk_usage(MEMORY).free < MIN_FREE_BYTES:
            return None
        return Path(tempfile.mkdtemp(prefix="undersigned-", dir=MEMORY))
    except OSError:
        return None


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-8:])
