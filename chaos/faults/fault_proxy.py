"""A proxy between one process and one service that makes some requests fail; the others pass unchanged.

Each process has proxies of its own, so that a fault can kill the very process that made the request.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chaos.faults.service_faults import REGISTRY_THROTTLED, THROTTLED
from local.http.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.faults.service_faults import Dice, Fault, Service
    from local.http.messages import Request

# Headers for one connection only (RFC 9110 7.6.1), and those that the server writes itself.
PER_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive", "date"})
ANSWER_SECONDS = 60


class FaultLog:
    """Counts the injected faults, by service and kind."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        # Message ids of emails that SES accepted without the mailer learning of it.
        self.unheard_emails: set[str] = set()

    def add(self, where: str, what: str, times: int = 1) -> None:
        """Count a fault."""
        with self._lock:
            self._counts[where, what] += times

    def add_unheard(self, service: Service, answer: Answer | None) -> None:
        """Record an answer that never reaches the caller."""
        if service == "mail" and answer is not None and answer.status == 200:  # noqa: PLR2004  # HTTP
            self.unheard_emails.add(json.loads(answer.body).get("MessageId", ""))

    def counts(self) -> dict[tuple[str, str], int]:
        """How often each fault happened."""
        with self._lock:
            return dict(sorted(self._counts.items()))


class Upstream:
    """Forwards requests to a service on this machine; None when it does not answer."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, request: Request) -> Answer | None:
        """Forward one request on a new connection: the service may have been restarted since the last one."""
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
        headers_to_keep = [(name, value) for name, value in answer.getheaders() if name.lower() not in PER_HOP]
        return Answer(answer.status, headers_to_keep, body)


class Proxy:
    """The proxy of one process to one service. `kill` kills that process; it returns False if it was not running."""

    def __init__(
        self,
        service: Service,
        *,
        forward: Callable[[Request], Answer | None],
        dice: Dice,
        fault_log: FaultLog,
        kill: Callable[[], bool],
        port: int = 0,
    ) -> None:
        self._service = service
        self._forward = forward
        self._dice = dice
        self._book = fault_log
        self._kill = kill
        # Whom a brownout refuses: nobody, whoever names this table, or with an empty name everybody.
        self.throttled_table: str | None = None
        self._server = Server(port, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._server.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def calm(self, *, is_calm: bool) -> None:
        """Stop or start injecting faults."""
        self._dice.is_calm = is_calm

    def _handle(self, request: Request) -> Answer | None:
        fault = self._brownout(request) or self._dice.roll()
        if fault is None:
            return self._forward(request)
        if fault.is_partial:
            return self._in_part(request, fault)
        if fault.reaches:
            self._book.add_unheard(self._service, self._forward(request))
        time.sleep(fault.delay_seconds)
        if not fault.kills or self._kill():
            self._book.add(self._service, fault.name)
        return fault.answer

    def _brownout(self, request: Request) -> Fault | None:
        if self.throttled_table is None or self.throttled_table.encode() not in (request.body or b""):
            return None
        return REGISTRY_THROTTLED if self.throttled_table else THROTTLED

    def _in_part(self, request: Request, fault: Fault) -> Answer | None:
        """Forward the first half of a batch and report the rest as failed, as SQS may."""
        batch: dict[str, Any] = json.loads(request.body or b"{}")
        entries = batch.get("Entries") or []
        target = request.header("x-amz-target") or ""
        if not target.endswith("SendMessageBatch") or len(entries) < 2:  # noqa: PLR2004  # nothing to split
            return self._forward(request)
        self._book.add(self._service, fault.name)
        half = len(entries) // 2
        body = json.dumps({**batch, "Entries": entries[:half]}).encode()
        answer = self._forward(replace(request, body=body))
        if answer is None or answer.status != 200:  # noqa: PLR2004  # HTTP
            return answer
        content = json.loads(answer.body)
        content["Failed"] = [{"Id": one["Id"], "Code": "InternalError", "SenderFault": False} for one in entries[half:]]
        answer.body = json.dumps(content).encode()
        return answer
