"""Loopback ports for servers in other processes: nobody else can be given one between its choice and its use.

Choosing a free port and letting go of it until the server listens is a race: another worker's server, or the near end of
any connection, may get it meanwhile, and then requests reach the wrong server.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"


class ReservedPort:
    """A port that is ours until `close`, for programs that take only its number; they may listen on it, one at a time.

    The socket is bound, but does not listen: so Linux gives the port to nobody who asks for any port, and lets a server
    bind to it that names it and sets SO_REUSEADDR, as Python's, hypercorn and dynoxide do (socket(7)).
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, 0))
        self.number = int(self._socket.getsockname()[1])
        self.url = f"http://{HOST}:{self.number}"

    def close(self) -> None:
        """Let go of it; a server that listens on it keeps it."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Reserve it for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it."""
        self.close()


def listening_socket() -> socket.socket:
    """A socket that listens on a port of its own, for a server of ours to inherit: connections wait until it serves."""
    return socket.create_server((HOST, 0), backlog=512)
