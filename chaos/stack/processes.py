"""Starts, kills and restarts the processes of the stack; it never touches any other."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.engines.engine import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STOP_SECONDS = 20


class ForkServer:
    """The process that forks workers (`chaos/stack/fork_server.py`), and the ids that it reported."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.stack.fork_server"],
            stdin=subprocess.PIPE,  # it watches its input, so it ends when we do, for whatever reason
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            start_new_session=True,
        )
        self._pids: dict[str, int] = {}
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def fork(self, request: Mapping[str, object]) -> None:
        """Start a worker and wait until it has started."""
        assert self._process.stdin is not None  # noqa: S101  # it is a pipe
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        name = str(request["name"])
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._pids, STOP_SECONDS):
                raise TimeoutError(f"{name} did not start")

    def pid(self, name: str) -> int | None:
        """The worker's process id, while it runs."""
        return self._pids.get(name)

    def end(self, name: str, number: signal.Signals) -> bool:
        """Send a signal and wait until the worker has ended; False when it had ended already."""
        pid = self._pids.get(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        with self._changed:
            return self._changed.wait_for(lambda: self._pids.get(name) != pid, STOP_SECONDS)

    def close(self) -> None:
        """Stop it, and with it the remaining workers."""
        assert self._process.stdin is not None  # noqa: S101  # it is a pipe
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            report = json.loads(line)
            with self._changed:
                if "pid" in report:
                    self._pids[report["name"]] = report["pid"]
                else:
                    self._pids.pop(report["name"], None)
                self._changed.notify_all()


@dataclass(slots=True)
class Process:
    """One process: `main(*arguments)` of a module, or with `is_program` another program; its output goes to `log`."""

    name: str
    fork_server: ForkServer
    module: str
    arguments: Sequence[str]
    log: Path
    is_program: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    should_run: bool = False

    def start(self) -> None:
        """Start, or restart in the same way."""
        request = {"name": self.name, "module": self.module, "arguments": list(self.arguments), "log": str(self.log)}
        environment = {**os.environ, **self.environment}
        self.fork_server.fork({**request, "is_program": self.is_program, "environment": environment})
        self.should_run = True

    @property
    def has_ended(self) -> bool:
        """True when it crashed or was killed."""
        return self.should_run and self.fork_server.pid(self.name) is None

    def kill(self) -> bool:
        """Send SIGKILL."""
        return self.fork_server.end(self.name, signal.SIGKILL)

    def stop(self) -> None:
        """Send SIGTERM."""
        self.should_run = False
        self.fork_server.end(self.name, signal.SIGTERM)
