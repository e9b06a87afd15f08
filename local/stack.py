"""The whole local stack as one object: engine, resources, pump, SES, API gateway and local pages.

`with Stack(...) as stack:` starts it, `stack.url` is the API. Only one per process: the app reads its settings from
the environment, and this sets them. It only ever talks to 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from local.aws.iam_permissions import Permissions
from local.aws.resources import create
from local.aws.template import Template
from local.engines.engine import Engine
from local.functions.api_gateway import Gateway
from local.functions.pump import Pump
from local.http.server import Answer, Server
from local.mail.outbox import Outbox
from local.mail.ses import LocalSes
from local.mail.ses_events import Publisher
from local.startup.admin_key import admin_key
from local.startup.app_loader import forget_wiring, load_app, wiring
from local.startup.environment import AWS, Environment, aws_session
from local.startup.sample_campaigns import documents, load
from local.web.local_pages import Addresses, LocalPages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from local.engines.engine import EngineName
    from local.http.server import Request

MAX_HOLD_SECONDS = 60
MEMBERS_SENDER = "sign-in@example.org"


class Stack:
    """One running local stack.

    `memory` keeps dynoxide's tables in memory; `prefix` simulates a stage in the path. With `holds_requests`, requests
    wait until `load_samples` is done, so that a script that waits for the first answer finds the campaigns.
    """

    def __init__(
        self,
        *,
        engine: EngineName = "ministack",
        directory: Path,
        port: int = 8000,
        memory: bool = False,
        prefix: str = "",
        holds_requests: bool = False,
    ) -> None:
        self._is_open = threading.Event()
        self._loader = ""
        if not holds_requests:
            self._is_open.set()
        self.directory = directory
        self._engine = Engine(engine, directory, memory=memory)
        self._port = port
        self._prefix = prefix.rstrip("/")
        self._stack = contextlib.ExitStack()
        self.base = ""
        self.url = ""
        self.environment = Environment()

    def __enter__(self) -> Self:
        """Start everything; if a part fails, stop the others."""
        with contextlib.ExitStack() as started:
            self._start(started)
            self._stack = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything in order; the engine saves last."""
        self._stack.close()

    def drain(self, timeout_seconds: float = 30, *, retries: bool = False) -> dict[str, Any]:
        """Handle every event and job so far (see `Pump.drain`)."""
        return self._pump.drain(timeout_seconds, retries=retries)

    def outbox(self) -> list[dict[str, Any]]:
        """All emails, newest last, with the documented keys."""
        return self._outbox.public()

    def set_mail_mode(self, mode: str) -> None:
        """Make SES behave as `ok`, `throttle`, `reject` or `down`."""
        self._ses.mode = mode

    def mail_count(self) -> int:
        """How many emails the outbox holds."""
        return len(self._outbox)

    def emails(self, start: int, end: int) -> list[dict[str, Any]]:
        """Emails `start` to `end` with everything that was recorded, oldest first."""
        return self._outbox.emails(start, end)

    def sample_names(self) -> list[str]:
        """Ids of the sample campaigns."""
        return list(documents([]))

    def load_samples(self, demo_origins: Sequence[str] = ("http://127.0.0.1:8001",)) -> str:
        """Load the sample campaigns through the admin API; return the admin key."""
        key = admin_key(self.directory / "admin-key")
        self._loader = f"Bearer {key}"
        load(self.url, key, list(demo_origins))
        self._is_open.set()
        return key

    def pause_events(self, *, is_paused: bool) -> None:
        """Hold events back until `drain`, or let them go on (see `Pump.pause`)."""
        self._pump.pause(is_paused=is_paused)

    def expire(self) -> None:
        """Delete what is past its `expires_at`, now."""
        self._pump.delete_expired()

    def run_scheduled(self) -> None:
        """Run the scheduled function now."""
        self._pump.run_scheduled()

    def engine_pids(self) -> list[int]:
        """Process ids of the engine, for tests that kill it."""
        return self._engine.pids()

    def _start(self, started: contextlib.ExitStack) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        # The port first: that it is in use is the likeliest failure.
        server = Server(self._port, self._handle, self._refuse)
        started.callback(server.stop)
        self.base = f"http://127.0.0.1:{server.port}"
        self.url = self.base + self._prefix
        self._engine.start()
        started.callback(self._engine.stop)
        started.callback(forget_wiring)
        started.callback(self.environment.restore)
        self._build(started)
        self._catch_up()
        server.start()
        # Stopped in this order: pump, server, outbox, engine. Emails being sent still need the server.
        started.callback(server.stop)
        self._pump.start()
        started.callback(self._pump.stop)

    def _build(self, started: contextlib.ExitStack) -> None:
        """Build everything between the engine and the server, from the template and the environment it defines."""
        self.environment.set({**AWS, **self._engine.endpoints, "AWS_ENDPOINT_URL_SESV2": f"{self.base}/_local/ses"})
        template = Template({"Production": "false", "PublicUrl": self.url, "MembersSender": MEMBERS_SENDER})
        session = aws_session()
        resources = create(template, session)
        self._engine.save()
        self.environment.set(template.environment("APIHandler"))
        app = load_app(Permissions(template).watch)
        self._outbox = Outbox(self.directory / "outbox.jsonl")
        started.callback(self._outbox.close)
        events = template.resources["ConfigurationSetEvents"]["Properties"]["EventDestination"]["MatchingEventTypes"]
        publisher = Publisher(session, resources.feedback_topic_arn, set(events))
        self._ses = LocalSes(self._outbox, publisher)
        self._pump = Pump(app, session, resources, publisher)
        self._gateway = Gateway(app.app, template, prefix=self._prefix, changed=self._pump.wake)
        addresses = Addresses(self.base, self.url, tuple(self.sample_names()))
        self.pages = LocalPages(addresses, self._outbox, self._pump, self._ses)

    def _catch_up(self) -> None:
        """Make up for what the stream lost when the engine stopped. Its position first, so that nothing is missed."""
        app_wiring = wiring()
        self._pump.start_at_latest()
        app_wiring.tally_projector.repair(restart=True)
        app_wiring.mail_reconciliation.queue_owed(older_than=timedelta(0))

    def _handle(self, request: Request) -> Answer:
        if not self._is_open.is_set() and not self._is_internal(request):
            self._is_open.wait(MAX_HOLD_SECONDS)  # early requests find the campaigns too
        if request.path == "/" and request.method == "GET" and "text/html" in (request.header("accept") or ""):
            return Answer(
                303, [("Location", f"{self.base}/_local/")]
            )  # someone opened the printed address in a browser
        if not request.path.startswith("/_local"):
            return self._gateway.handle(request)
        if request.path.startswith("/_local/ses/v2/"):
            return self._ses.handle(request)
        return self.pages.handle(request)

    def _is_internal(self, request: Request) -> bool:
        return request.path.startswith("/_local/ses/") or request.header("authorization") == self._loader

    def _refuse(self, status: int) -> Answer:
        return self._gateway.refuse(status)
