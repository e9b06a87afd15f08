from __future__ import annotations

import errno
import socket

import pytest

from local.engines.ports import HOST, ReservedPort, listening_socket

TAKEN = f"Errno {errno.EADDRINUSE}"


def test_a_reserved_port_is_for_one_server_that_names_it_and_then_for_the_next() -> None:
    with ReservedPort() as port:
        with socket.create_server((HOST, port.number)):
            assert port.url == f"http://127.0.0.1:{port.number}"
            with pytest.raises(OSError, match=TAKEN):
                socket.create_server((HOST, port.number))
        socket.create_server((HOST, port.number)).close()


def test_nobody_else_gets_a_reserved_port_while_no_server_listens_on_it() -> None:
    with ReservedPort() as one, ReservedPort() as other, socket.socket() as claimant:
        assert one.number != other.number
        with pytest.raises(OSError, match=TAKEN):
            claimant.bind((HOST, one.number))


def test_connections_to_a_listening_socket_wait_until_somebody_serves_them() -> None:
    with listening_socket() as server, socket.create_connection(server.getsockname(), timeout=5) as client:
        client.sendall(b"early")
        late, _ = server.accept()
        with late:
            assert late.recv(5) == b"early"
