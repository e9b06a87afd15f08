from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING

import pytest

from local.http.server import Answer, Request, Server

if TYPE_CHECKING:
    from collections.abc import Iterator


def echo(request: Request) -> Answer:
    if request.path == "/boom":
        raise RuntimeError("boom")
    return Answer(200, [("X-Method", request.method)], request.body or request.path.encode())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server(0, echo, lambda status: Answer(status, [], b"refused"))
    made.start()
    yield made
    made.stop()


def talk(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def test_a_connection_stays_open_and_never_stalls(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/first")
    connection.getresponse().read()
    held = connection.sock
    seconds = []
    for number in range(20):
        began = time.perf_counter()
        connection.request("POST", "/again", f"body {number}")
        assert connection.getresponse().read() == f"body {number}".encode()
        seconds.append(time.perf_counter() - began)
    # Nagle with delayed acknowledgements costs each of them 40 ms; a busy machine holds up a few.
    assert min(seconds) < 0.03
    assert connection.sock is held
    connection.close()


def test_requests_sent_at_once_are_answered_in_order(server: Server) -> None:
    received = talk(server, b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")
    assert received.index(b"/a") < received.index(b"/b")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nNo colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nName : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 10485761\r\n\r\n", 413),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"A: " + b"x" * 11_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_and_the_server_goes_on(server: Server, sent: bytes, status: int) -> None:
    received = talk(server, sent)
    assert received.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close" in received
    assert b" 200 " in talk(server, b"GET /fine HTTP/1.1\r\n\r\n")


def test_a_chunked_body_is_put_together(server: Server) -> None:
    sent = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
    assert talk(server, sent).endswith(b"\r\n\r\nabcde")


def test_head_gets_the_length_and_no_body(server: Server) -> None:
    received = talk(server, b"HEAD /five HTTP/1.1\r\n\r\n")
    assert b"Content-Length: 5\r\n" in received
    assert received.endswith(b"\r\n\r\n")


def test_a_handler_that_fails_is_an_answer(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    assert talk(server, b"GET /boom HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 500 ")
    assert "the local gateway failed" in caplog.text


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server._listener.getsockname()[0] == "127.0.0.1"
