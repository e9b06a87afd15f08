"""A light load generator: signs over N keep-alive connections, each waiting for a response before the next sign.

`python -m bench.instruments.load_generator HOST PORT CONNECTIONS MAX_SIGNS MAX_SECONDS RUN` prints
JSON. Requests are bytes built beforehand, and only the status of responses is read, so that it costs little compared
to what it measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

from bench.instruments import scenario

END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass
class Connection:
    """One client: what it has received, and when it sent its request."""

    socket: socket.socket
    received: bytes = b""
    sent_at: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def send(self, request: bytes) -> None:
        """Sends one whole request."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def has_answer(self) -> bool:
        """Reads what has arrived; True once the response is complete. Any status but 201 ends the measurement."""
        chunk = self.socket.recv(65536)
        assert chunk, "the gateway closed a connection"
        self.received += chunk
        head, mark, body = self.received.partition(END)
        if not mark or len(body) < _length(head):
            return False
        assert head.startswith(b"HTTP/1.1 201"), self.received.decode()
        self.received = b""
        self.latencies.append(time.perf_counter() - self.sent_at)
        return True


def _length(head: bytes) -> int:
    line = next(line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
    return int(line[len(LENGTH) :])


def requests(signs: int, run: str) -> list[bytes]:
    """The bytes of `signs` requests, last one first."""
    head = f"POST {scenario.PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in scenario.HEADERS)
    built = []
    for number in range(signs):
        body = scenario.form(number, run)
        built.append(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return built[::-1]


def drive(host: str, port: int, connections: int, signs: int, seconds: float, run: str) -> dict[str, float]:
    """Signs `signs` times, but for at most `seconds`; returns signs per second and latencies in ms."""
    left = requests(signs, run)
    clients = [Connection(socket.create_connection((host, port), 30)) for _ in range(connections)]
    with selectors.DefaultSelector() as ready:
        for client in clients:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(client.socket, selectors.EVENT_READ, client)
        started = time.perf_counter()
        waiting = 0
        for client in clients:
            client.send(left.pop())
            waiting += 1
        while waiting:
            for key, _ in ready.select(30):
                client = key.data
                if not client.has_answer():
                    continue
                if left and time.perf_counter() - started < seconds:
                    client.send(left.pop())
                else:
                    waiting -= 1
        elapsed = time.perf_counter() - started
    for client in clients:
        client.socket.close()
    return _summary([one for client in clients for one in client.latencies], elapsed)


def _summary(latencies: list[float], elapsed: float) -> dict[str, float]:
    latencies.sort()
    return {
        "signs": len(latencies),
        "signs_per_second": round(len(latencies) / elapsed, 1),
        "p50_ms": round(latencies[len(latencies) // 2] * 1000, 2),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
    }


if __name__ == "__main__":
    host, port, connections, signs, seconds, run = sys.argv[1:]
    print(json.dumps(drive(host, int(port), int(connections), int(signs), float(seconds), run)))
