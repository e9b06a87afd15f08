"""A small fake of the Lambda Runtime API on loopback, as the runtime client of one container sees it.

It hands out invocations one at a time and takes their answers (Lambda guide, "Using the Lambda runtime API"). Telemetry,
extensions and streamed answers are not there.
"""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

RUNTIME = "/2018-06-01/runtime/"
# Lambda, "Lambda quotas": the payload of a synchronous answer, 6 MB, and what Lambda puts around it.
LARGEST_ANSWER = 6 * 1024 * 1024 + 100


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event for the function; `headers` tell its id, its deadline and the like."""

    id: str
    event: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an invocation: what the function returned, or of what it failed."""

    kind: Literal["answer", "error", "init error", "ended"]
    payload: Any


class RuntimeApi:
    """Listens for one container. `is_waiting` is set while its runtime client waits for the next event."""

    def __init__(self) -> None:
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.is_waiting = threading.Event()
        self._current = ""
        api = self

        class Handler(_Handler):
            runtime_api = api

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def hand_out(self, invocation: Invocation) -> None:
        """Gives the runtime client its next event."""
        self._invocations.put(invocation)

    def close(self) -> None:
        """Stops listening; the container must have ended."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Invocation | None:
        """Waits for the next event; None when the rig is done."""
        self.is_waiting.set()
        invocation = self._invocations.get()
        self.is_waiting.clear()
        self._current = invocation.id if invocation else ""
        return invocation

    def take(self, path: str, body: bytes) -> tuple[int, str]:
        """Takes what the runtime client posts; the status and the type of error to tell it."""
        if path == "init/error":
            return self._came("init error", body)
        _, invocation, kind = path.split("/")
        if invocation != self._current:
            return 400, "InvalidRequestID"
        if kind == "error":
            return self._came("error", body)
        if len(body) > LARGEST_ANSWER:
            self._came("error", json.dumps({"errorType": "Function.ResponseSizeTooLarge"}).encode())
            return 413, "RequestEntityTooLarge"
        return self._came("answer", body)

    def _came(self, kind: Literal["answer", "error", "init error"], body: bytes) -> tuple[int, str]:
        self._current = ""
        self.outcomes.put(Outcome(kind, json.loads(body)))
        return 202, ""


class _Handler(BaseHTTPRequestHandler):
    runtime_api: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for each answer

    def do_GET(self) -> None:
        if self.path != f"{RUNTIME}invocation/next":
            self._say(404, {"errorType": "NotFound"})
        elif invocation := self.runtime_api.next():
            self._send(200, invocation.event, invocation.headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, problem = self.runtime_api.take(self.path.removeprefix(RUNTIME), body)
        self._say(status, {"errorType": problem} if problem else {"status": "OK"})

    def _say(self, status: int, document: dict[str, str]) -> None:
        self._send(status, json.dumps(document).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass
