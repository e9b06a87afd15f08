"""A small HTTP host that does as a test tells it: answers in turn, cuts connections, forgets links."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer; `cut_after` closes the connection after so many bytes of the body, 0 before any answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None


def told(value: Any, status: int = 200, **headers: str) -> Told:
    """An answer in JSON; a problem when its status says so."""
    kind = "application/json" if status < 300 else "application/problem+json"
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Told(status, json.dumps(value).encode(), {"Content-Type": kind, **named})


def a_problem(code: str, status: int, detail: str = "No.", **headers: str) -> Told:
    body = {"type": "about:blank", "title": "No", "status": status, "detail": detail, "code": code}
    return told(body, status, **headers)


class Host:
    """Each path has a list of answers; the last one is given again and again."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], list[Told]] = {}
        self.files: dict[str, bytes] = {}
        self.asked: list[Asked] = []
        self.cuts: list[int] = []
        self.gone: set[str] = set()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host.answer(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def says(self, method: str, path: str, *answers: Told) -> None:
        self.answers[method, path] = list(answers)

    def requests(self, method: str, path: str) -> list[Asked]:
        return [one for one in self.asked if (one.method, one.path) == (method, path)]

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        body = http.rfile.read(int(http.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in http.headers.items()}
        self.asked.append(Asked(http.command, http.path, headers, body))
        self._write(http, self._found(http.command, http.path, headers))

    def _found(self, method: str, path: str, headers: dict[str, str]) -> Told:
        if path in self.gone:
            return Told(403, b"<Error>Request has expired</Error>")
        if path in self.files:
            return self._part_of(self.files[path], headers.get("range"))
        known = self.answers.get((method, path.partition("?")[0]))
        if not known:
            return a_problem("not_found", 404)
        return known.pop(0) if len(known) > 1 else known[0]

    def _part_of(self, content: bytes, wanted: str | None) -> Told:
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        cut = self.cuts.pop(0) if self.cuts else None
        return Told(206 if wanted else 200, content[start:], cut_after=cut)

    def _write(self, http: BaseHTTPRequestHandler, answer: Told) -> None:
        if answer.cut_after == 0:
            http.close_connection = True
            return
        http.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            http.send_header(name, value)
        http.end_headers()
        http.wfile.write(answer.body[: answer.cut_after])
        http.close_connection = answer.cut_after is not None or http.close_connection
