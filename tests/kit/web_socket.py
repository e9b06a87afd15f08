"""A WebSocket as a client needs it to talk to a browser on this machine: text in both directions, nothing else."""

from __future__ import annotations

import os
import socket
from base64 import b64encode
from struct import pack, unpack
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL, MASKED = 0x80, 0x80
SHORT, MEDIUM, LONG = 125, 126, 127


class WebSocket:
    """An open connection to `url`."""

    def __init__(self, url: str, seconds: float = 60) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port), timeout=seconds)
        key = b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {place.path or '/'} HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._read = self._socket.makefile("rb")
        status = self._read.readline()
        while self._read.readline().strip():
            pass
        assert b" 101 " in status, status

    def send(self, text: str) -> None:
        self._send(TEXT, text.encode())

    def _send(self, kind: int, body: bytes) -> None:
        if len(body) <= SHORT:
            length = pack("!B", MASKED | len(body))
        elif len(body) < 1 << 16:
            length = pack("!BH", MASKED | MEDIUM, len(body))
        else:
            length = pack("!BQ", MASKED | LONG, len(body))
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
        self._socket.sendall(bytes([FINAL | kind]) + length + mask + masked)

    def receive(self) -> str:
        """The next message, whole."""
        parts = []
        while True:
            first, second = self._exactly(2)
            length = second & ~MASKED
            if length == MEDIUM:
                (length,) = unpack("!H", self._exactly(2))
            elif length == LONG:
                (length,) = unpack("!Q", self._exactly(8))
            body, kind = self._exactly(length), first & 0xF
            if kind == CLOSE:
                raise ConnectionError("the browser closed the connection")
            if kind == PING:
                self._send(PONG, body)
            if kind in {PING, PONG}:
                continue
            parts.append(body)
            if first & FINAL:
                return b"".join(parts).decode()

    def _exactly(self, count: int) -> bytes:
        found = self._read.read(count)
        if len(found) < count:
            raise ConnectionError("the browser is gone")
        return found

    def close(self) -> None:
        self._read.close()
        self._socket.close()
