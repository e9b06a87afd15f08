"""Starts the processes of the stack, ends them without warning, and starts them again; only those it started itself."""

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


class Nursery:
    """The process that forks workers (`chaos/stack/fork_server.py`), and what it told of them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.stack.fork_server"],
            stdin=subprocess.PIPE,  # it ends when we do, however that happens: it watches its input
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            start_new_session=True,
        )
        self._pids: dict[str, int] = {}
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def fork(self, wanted: Mapping[str, object]) -> None:
        """Start a worker and wait until it is there."""
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._process.stdin.flush()
        name = str(wanted["name"])
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._pids, STOP_SECONDS):
                raise TimeoutError(f"{name} did not start")

    def pid(self, name: str) -> int | None:
        """The worker's process, while it runs."""
        return self._pids.get(name)

    def end(self, name: str, number: signal.Signals) -> bool:
        """Send a signal that ends the worker and wait for that; False when it had ended already."""
        pid = self._pids.get(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        with self._changed:
            return self._changed.wait_for(lambda: self._pids.get(name) != pid, STOP_SECONDS)

    def close(self) -> None:
        """End it, and with it whoever is left."""
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            told = json.loads(line)
            with self._changed:
                if "pid" in told:
                    self._pids[told["name"]] = told["pid"]
                else:
                    self._pids.pop(told["name"], None)
                self._changed.notify_all()


@dataclass(slots=True)
class Process:
    """One process: `main(*arguments)` of a module, or with `is_program` another program, with its output in `log`."""

    name: str
    nursery: Nursery
    module: str
    arguments: Sequence[str]
    log: Path
    is_program: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    is_wanted: bool = False

    def start_again(self) -> None:
        """Start, or start as before."""
        what = {"name": self.name, "module": self.module, "arguments": list(self.arguments), "log": str(self.log)}
        environment = {**os.environ, **self.environment}
        self.nursery.fork({**what, "is_program": self.is_program, "environment": environment})
        self.is_wanted = True

    @property
    def has_ended(self) -> bool:
        """True when it ended by itself or was killed."""
        return self.is_wanted and self.nursery.pid(self.name) is None

    def kill(self) -> bool:
        """SIGKILL."""
        return self.nursery.end(self.name, signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM."""
        self.is_wanted = False
        self.nursery.end(self.name, signal.SIGTERM)
