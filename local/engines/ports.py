"""Loopback ports for servers in other processes: nothing else can take one between its choice and its use.

Picking a free port and releasing it until the server listens is a race: another worker's server, or the local end of
any connection, may take it meanwhile, and then requests reach the wrong server.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"


class ReservedPort:
    """A port reserved until `close`, for programs that take a port number; they can listen on it, one at a time.

    The socket is bound but does not listen. So Linux never assigns the port, yet lets a server bind to it explicitly
    with SO_REUSEADDR, as Python's servers, hypercorn and dynoxide do (socket(7)).
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, 0))
        self.number = int(self._socket.getsockname()[1])
        self.url = f"http://{HOST}:{self.number}"

    def close(self) -> None:
        """Release the port; a server that listens on it keeps it."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Reserve the port for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the port."""
        self.close()


def listening_socket() -> socket.socket:
    """A listening socket for a child process to inherit: connections wait until it serves."""
    return socket.create_server((HOST, 0), backlog=512)
