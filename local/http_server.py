"""A small threaded HTTP/1.1 server for one machine: keep-alive, bounded heads and bodies, one write an answer.

It parses and writes, and decides nothing: a handler turns a `Request` into an `Answer`. Malformed requests get a
400 and a closed connection; they never end a thread with a traceback.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO, cast

MAX_LINE_BYTES = 8 * 1024
# API Gateway: the total of all header lines may not pass 10,240 bytes.
MAX_HEAD_BYTES = 10_240
MAX_BODY_BYTES = 10 * 1024 * 1024
IDLE_SECONDS = 75
MAX_CONNECTIONS = 256

log = logging.getLogger("local.http")
REASONS = {status.value: status.phrase for status in HTTPStatus}
ABSOLUTE = re.compile(r"^https?://[^/]*")
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names keep their spelling, `path` is as sent."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str

    def header(self, name: str) -> str | None:
        """The last value of one header, or None."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == wanted), None)


@dataclass(slots=True)
class Answer:
    """What to write back; Content-Length and Connection are the server's own."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class BadRequest(Exception):
    """The bytes are not a request that is taken; the connection ends after the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


Handler = Callable[[Request], Answer]


class Server:
    """Listens on 127.0.0.1 and answers with `handle`; `refuse` makes the answer to what cannot be parsed."""

    def __init__(self, port: int, handle: Handler, refuse: Callable[[int], Answer] | None = None) -> None:
        self._handle = handle
        self._refuse = refuse or Answer
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, name=f"http-{self.port}", daemon=True)

    def start(self) -> None:
        """Accept connections from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections and end the open ones."""
        self._stopping = True
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(5)

    def _accept(self) -> None:
        while not self._stopping:
            self._slots.acquire()
            try:
                connection, address = self._listener.accept()
            except OSError:
                self._slots.release()
                if self._stopping:
                    return
                continue
            threading.Thread(target=self._converse, args=(connection, address[0]), daemon=True).start()

    def _converse(self, connection: socket.socket, client: str) -> None:
        self._open.add(connection)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(IDLE_SECONDS)
            with connection, connection.makefile("rb", 16 * 1024) as buffered:
                stream = cast("BinaryIO", buffered)  # typeshed knows only its base class
                while self._answer_one(connection, stream, client):
                    pass
        except OSError:
            pass  # the other side went away
        finally:
            self._open.discard(connection)
            self._slots.release()

    def _answer_one(self, connection: socket.socket, stream: BinaryIO, client: str) -> bool:
        """Answer the next request; False when the conversation is over."""
        try:
            request = read_request(stream, client, connection)
        except BadRequest as refused:
            connection.sendall(encode(self._refuse(refused.status), "GET", keep=False))
            return False
        if request is None:
            return False
        keep = (request.header("connection") or "").lower() != "close" and not self._stopping
        try:
            answer = self._handle(request)
        except Exception:
            log.exception("the local gateway failed")
            answer = self._refuse(500)
        connection.sendall(encode(answer, request.method, keep=keep))
        return keep


def read_request(stream: BinaryIO, client: str, connection: socket.socket) -> Request | None:
    """Parse one request; None at the end of the connection."""
    line = stream.readline(MAX_LINE_BYTES + 1)
    if line in (b"\r\n", b"\n"):  # RFC 9112 2.2: one empty line before a request is passed over
        line = stream.readline(MAX_LINE_BYTES + 1)
    if not line:
        return None
    method, path, query = _request_line(line)
    headers = _headers(stream)
    body = _body(stream, headers, connection)
    return Request(method, path, query, headers, body, client)


def _request_line(line: bytes) -> tuple[str, str, str]:
    if len(line) > MAX_LINE_BYTES:
        raise BadRequest(414)
    method, _, rest = line.decode("latin-1").rstrip("\r\n").partition(" ")
    target, _, version = rest.partition(" ")
    if not TOKEN.fullmatch(method) or not version.startswith("HTTP/1."):
        raise BadRequest(400)
    target = ABSOLUTE.sub("", target) or "/"  # RFC 9112 3.2.2: a proxy's form, with the host in front
    if not target.startswith("/"):
        raise BadRequest(400)
    path, _, query = target.partition("#")[0].partition("?")
    return method, path, query


def _headers(stream: BinaryIO) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    size = 0
    while True:
        line = stream.readline(MAX_LINE_BYTES + 1)
        if line in (b"\r\n", b"\n"):
            return headers
        size += len(line)
        if size > MAX_HEAD_BYTES or len(line) > MAX_LINE_BYTES:
            raise BadRequest(431)
        name, colon, value = line.decode("latin-1").partition(":")
        # A folded line or a space before the colon is how requests are smuggled: RFC 9112 5.1 and 5.2.
        if not colon or not TOKEN.fullmatch(name):
            raise BadRequest(400)
        headers.append((name, value.strip()))


def _body(stream: BinaryIO, headers: list[tuple[str, str]], connection: socket.socket) -> bytes:
    lengths = {value for name, value in headers if name.lower() == "content-length"}
    coding = next((value.lower() for name, value in headers if name.lower() == "transfer-encoding"), None)
    if not lengths and coding is None:
        return b""
    if any(name.lower() == "expect" for name, _ in headers):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if coding is not None:
        if coding != "chunked" or lengths:
            raise BadRequest(400)
        return _chunks(stream)
    length = lengths.pop()
    if lengths or not length.isascii() or not length.isdigit():
        raise BadRequest(400)
    if int(length) > MAX_BODY_BYTES:
        raise BadRequest(413)
    body = stream.read(int(length))
    if len(body) < int(length):
        raise BadRequest(400)
    return body


def _chunks(stream: BinaryIO) -> bytes:
    body = bytearray()
    while True:
        size_line = stream.readline(MAX_LINE_BYTES).split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size_line):
            raise BadRequest(400)
        size = int(size_line, 16)
        if len(body) + size > MAX_BODY_BYTES:
            raise BadRequest(413)
        if size == 0:
            while stream.readline(MAX_LINE_BYTES) not in (b"\r\n", b"\n", b""):
                pass  # trailers say nothing that is needed
            return bytes(body)
        body += stream.read(size)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise BadRequest(400)


def encode(answer: Answer, method: str, *, keep: bool) -> bytes:
    """The whole answer as bytes, so that it leaves in one packet where it fits."""
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    bodiless = answer.status in (204, 304)
    if not bodiless:
        lines.append(f"Content-Length: {len(answer.body)}")
    lines.append("Connection: keep-alive" if keep else "Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if bodiless or method == "HEAD" else head + answer.body
