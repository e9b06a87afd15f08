"""Stands between one process and one service and lets some requests fail; what it lets through it does not change.

Each process has proxies of its own, so that a fault can end the very process that asked.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chaos.faults.service_faults import THROTTLED
from local.http.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.faults.service_faults import Dice, Fault, Service
    from local.http.messages import Request

# What HTTP says about one connection only (RFC 9110 7.6.1), and what the server writes itself.
PER_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive", "date"})
ANSWER_SECONDS = 60


class FaultBook:
    """Counts the faults that happened, by where and what."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        # Mails that were taken without the mailer ever hearing of it, by the mail service's id.
        self.unheard_mails: set[str] = set()

    def note(self, where: str, what: str, times: int = 1) -> None:
        """One more of a kind."""
        with self._lock:
            self._counts[where, what] += times

    def unheard(self, service: Service, answer: Answer | None) -> None:
        """What was done, and the caller will never know."""
        if service == "mail" and answer is not None and answer.status == 200:  # noqa: PLR2004  # HTTP
            self.unheard_mails.add(json.loads(answer.body)["MessageId"])

    def counts(self) -> dict[tuple[str, str], int]:
        """How often each kind happened."""
        with self._lock:
            return dict(sorted(self._counts.items()))


class Upstream:
    """Hands requests on to a service on this machine; None when it does not answer."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, request: Request) -> Answer | None:
        """One request, on a connection of its own: the service may have ended and come back since the last."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        target = request.path + (f"?{request.query}" if request.query else "")
        headers = {name: value for name, value in request.headers if name.lower() not in PER_HOP}
        try:
            connection.request(request.method, target, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in PER_HOP]
        return Answer(answer.status, kept, body)


class Proxy:
    """One process's way to one service. `kill` ends that process; False when it had ended already."""

    def __init__(  # what it stands between, and what for
        self,
        service: Service,
        *,
        forward: Callable[[Request], Answer | None],
        dice: Dice,
        book: FaultBook,
        kill: Callable[[], bool],
        port: int = 0,
    ) -> None:
        self._service = service
        self._forward = forward
        self._dice = dice
        self._book = book
        self._kill = kill
        self.is_throttled = False
        self._server = Server(port, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._server.start()

    def stop(self) -> None:
        """Stand aside."""
        self._server.stop()

    def calm(self, *, is_calm: bool) -> None:
        """Let everything through, or begin to fail."""
        self._dice.is_calm = is_calm

    def _handle(self, request: Request) -> Answer | None:
        fault = THROTTLED if self.is_throttled else self._dice.roll()
        if fault is None:
            return self._forward(request)
        if fault.is_partial:
            return self._in_part(request, fault)
        if fault.reaches:
            self._book.unheard(self._service, self._forward(request))
        time.sleep(fault.delay_seconds)
        if not fault.kills or self._kill():
            self._book.note(self._service, fault.name)
        return fault.answer

    def _in_part(self, request: Request, fault: Fault) -> Answer | None:
        """Hands on the first half of a batch and reports the rest as failed, as SQS may."""
        wanted: dict[str, Any] = json.loads(request.body or b"{}")
        entries = wanted.get("Entries") or []
        target = request.header("x-amz-target") or ""
        if not target.endswith("SendMessageBatch") or len(entries) < 2:  # noqa: PLR2004  # nothing to take apart
            return self._forward(request)
        self._book.note(self._service, fault.name)
        half = len(entries) // 2
        body = json.dumps({**wanted, "Entries": entries[:half]}).encode()
        answer = self._forward(replace(request, body=body))
        if answer is None or answer.status != 200:  # noqa: PLR2004  # HTTP
            return answer
        told = json.loads(answer.body)
        told["Failed"] = [{"Id": one["Id"], "Code": "InternalError", "SenderFault": False} for one in entries[half:]]
        answer.body = json.dumps(told).encode()
        return answer
