"""HTTP/1.1 messages as bytes: reads requests strictly and writes responses; knows neither connections nor routes.

Anything that is not clearly one request is refused, so that no second one can be smuggled in (RFC 9112).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import socket

MAX_LINE_BYTES = 8 * 1024
# API Gateway: all header lines together may not exceed 10,240 bytes.
MAX_HEAD_BYTES = 10_240
MAX_BODY_BYTES = 10 * 1024 * 1024
REASONS = {status.value: status.phrase for status in HTTPStatus}
ABSOLUTE = re.compile(r"^https?://[^/]*")
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as received; header names keep their spelling, `path` is not decoded."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str

    def header(self, name: str) -> str | None:
        """The last value of one header, or None."""
        lowered = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == lowered), None)


@dataclass(slots=True)
class Answer:
    """The response to write; the server adds Content-Length and Connection."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class BadRequest(Exception):
    """The bytes are not an acceptable request; the connection is closed after the response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def read_request(stream: BinaryIO, client: str, connection: socket.socket) -> Request | None:
    """Parse one request; None at the end of the connection."""
    line = stream.readline(MAX_LINE_BYTES + 1)
    if line in (b"\r\n", b"\n"):  # RFC 9112 2.2: one empty line before a request is ignored
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
    target = ABSOLUTE.sub("", target) or "/"  # RFC 9112 3.2.2: the absolute form that proxies use
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
                pass  # trailers are ignored
            return bytes(body)
        body += stream.read(size)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise BadRequest(400)


def encode(answer: Answer, method: str, *, keep: bool) -> bytes:
    """The whole response as bytes, so that it can be sent in one packet."""
    lines = [f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    bodiless = answer.status in (204, 304)
    if not bodiless:
        lines.append(f"Content-Length: {len(answer.body)}")
    lines.append("Connection: keep-alive" if keep else "Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if bodiless or method == "HEAD" else head + answer.body
