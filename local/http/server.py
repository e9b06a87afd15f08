"""A small threaded HTTP/1.1 server for loopback: keep-alive, limited header and body sizes, one write per response.

It decides nothing: a handler turns a `Request` into an `Answer`. Malformed requests get a 400 and a closed connection,
never a traceback.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from typing import BinaryIO, cast

from local.http.messages import Answer, BadRequest, Request, encode, read_request

__all__ = ["Answer", "Request", "Server"]

IDLE_SECONDS = 75
MAX_CONNECTIONS = 256

log = logging.getLogger("local.http")
Handler = Callable[[Request], Answer | None]


class Server:
    """Listens on 127.0.0.1 and responds with `handle`; `refuse` makes the response to what cannot be parsed.

    When the handler returns None, the connection is closed without a response.
    """

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
        """Start accepting connections."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting connections and close the open ones."""
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
                stream = cast("BinaryIO", buffered)  # typeshed has only its base class
                while self._answer_one(connection, stream, client):
                    pass
        except OSError:
            pass  # the client disconnected
        finally:
            self._open.discard(connection)
            self._slots.release()

    def _answer_one(self, connection: socket.socket, stream: BinaryIO, client: str) -> bool:
        """Answer the next request; False when the connection is to be closed."""
        try:
            request = read_request(stream, client, connection)
        except BadRequest as refused:
            connection.sendall(encode(self._refuse(refused.status), "GET", keep=False))
            return False
        if request is None:
            return False
        keep = (request.header("connection") or "").lower() != "close" and not self._stopping
        answer: Answer | None
        try:
            answer = self._handle(request)
        except Exception:
            log.exception("the local gateway failed")
            answer = self._refuse(500)
        if answer is None:
            return False
        connection.sendall(encode(answer, request.method, keep=keep))
        return keep
