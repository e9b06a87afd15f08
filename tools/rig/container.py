"""One container of a function: a process under Lambda's runtime client that sleeps between two invocations.

It sees the environment variables that it is given and no others, can write to its own /tmp only, and stands still as soon as
it waits for the next event, as Lambda's do (Lambda guide, "Lambda execution environment").
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.rig.runtime_api import Invocation, Outcome, RuntimeApi

if TYPE_CHECKING:
    import threading

    from tools.rig.runtime_folder import Runtime

CONFINED = Path(__file__).with_name("confined.py")
LONGEST_SECONDS = (
    60  # a busy machine is no failure: the function is told when its time is over, and nothing ends it then
)
ACCOUNT, REGION = "000000000000", "us-east-1"


@dataclass(frozen=True, slots=True)
class Function:
    """What the template says about one function, which is told that it has `seconds` to live."""

    name: str
    handler: str
    seconds: int
    megabytes: int
    variables: dict[str, str]


class Container:
    """Starts with its first event; `folder` gets its /tmp and its log."""

    def __init__(self, function: Function, code: Path, runtime: Runtime, folder: Path) -> None:
        self.function = function
        self.temporary = folder / "tmp"
        self._code = code
        self._runtime = runtime
        self._log = folder / "log"
        self._api: RuntimeApi | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def invoke(self, event: Any, *, seconds: float | None = None) -> Outcome:
        """Hands over one event; `seconds` is how long the function has, when that is not as usual."""
        if self._process is None:
            self._start()
        assert self._api is not None
        if failed := self._wait_until_ready():
            self.stop()
            return failed
        self._signal(signal.SIGCONT)
        self._api.hand_out(self._invocation(event, self.function.seconds if seconds is None else seconds))
        outcome = self._wait() or Outcome("ended", f"no answer within {LONGEST_SECONDS} s")
        if outcome.kind == "ended" or self._wait_until_ready():
            self.stop()
        else:
            self._freeze()
        return outcome

    def stop(self) -> None:
        """Ends it; the next event starts another one."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._api:
            self._api.close()
            self._api = None

    def log(self) -> str:
        """All that it has written to its log."""
        return self._log.read_text() if self._log.exists() else ""

    def most_megabytes(self) -> float:
        """The most memory that it has had."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    def cpu_ms(self) -> float:
        """The CPU that its process has used since it began (proc(5): user and system time in ticks)."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def is_frozen(self) -> bool:
        """True while it stands still."""
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def _start(self) -> None:
        self.temporary.mkdir(parents=True, exist_ok=True)
        self._api = RuntimeApi()
        command = [self._runtime.python, "-S", str(CONFINED), str(self.temporary)]
        command += [self._runtime.python, "-S", "-m", "awslambdaric", self.function.handler]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._code, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        """Lambda, "Defined runtime environment variables"; and TMPDIR, as here /tmp is not its own."""
        assert self._api is not None
        name = f"undersigned-local-{self.function.name}"
        own = {
            "_HANDLER": self.function.handler,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self._runtime.name}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.function.megabytes),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"2026/11/23/[$LATEST]{uuid.uuid4().hex}",
            "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SESSION_TOKEN": "test",
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(self._code),
            "LAMBDA_RUNTIME_DIR": str(self._runtime.folder),
            "PYTHONPATH": str(self._runtime.folder),
            "LANG": "en_US.UTF-8",
            "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "TZ": ":UTC",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "TMPDIR": str(self.temporary),
        }
        return {**own, **self.function.variables}

    def _invocation(self, event: Any, seconds: float) -> Invocation:
        name = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:undersigned-local-{self.function.name}"
        number = str(uuid.uuid4())
        headers = {
            "Lambda-Runtime-Aws-Request-Id": number,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": name,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        return Invocation(number, json.dumps(event, ensure_ascii=False).encode(), headers)

    def _wait_until_ready(self) -> Outcome | None:
        """Until the runtime client asks for the next event; starting is not part of a function's time. Or why it never will."""
        assert self._api is not None
        return self._wait(self._api.is_waiting)

    def _wait(self, event: threading.Event | None = None) -> Outcome | None:
        """For `event`, then None; or for what the container has to say, or its end."""
        assert self._api is not None
        assert self._process is not None
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline and not (event and event.is_set()):
            with contextlib.suppress(queue.Empty):
                return self._api.outcomes.get(timeout=0.005 if event else 0.2)
            if self._process.poll() is not None and self._api.outcomes.empty():
                return Outcome("ended", self.log()[-2000:])
        return None

    def _freeze(self) -> None:
        """Returns once every thread stands still."""
        assert self._process is not None
        self._signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)
