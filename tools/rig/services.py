"""What stands in for AWS behind the packaged functions: dynoxide, ministack and the local SES, made from the packaged template.

It reaches the functions as variables that name an address for each service; it leaves this process's environment as it was.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Self

from botocore.config import Config

from local.aws.resources import create
from local.aws.template import Template
from local.engines.engine import Engine
from local.http.server import Server
from local.mail.outbox import Outbox
from local.mail.ses import LocalSes
from local.startup.environment import AWS, Environment, aws_session

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from local.mail.ses_events import Publisher

PUBLIC_URL = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api"
# A busy machine is no failure: each call may take so many times as long. With more, none would begin in the last minute.
PATIENCE = 3
# Not of Lambda, where there is no such file: whoever runs this may have one.
NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


class _NoEvents:
    """Publishes no delivery events: the cases bring their own."""

    def publish_later(self, email: dict[str, Any]) -> None:
        """Do nothing."""


class Services:
    """Running services with the template's resources; `clients` are for whoever looks behind the functions."""

    def __init__(self, packaged: Path, folder: Path) -> None:
        self.template = Template({"Production": "false", "PublicUrl": PUBLIC_URL}, packaged / "sam.json")
        self._engine = Engine("dynoxide", folder / "engine", memory=True)
        self._folder = folder
        self._stack = contextlib.ExitStack()
        self.clients: dict[str, Any] = {}
        self.endpoints: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start everything; if a part fails, stop the others."""
        with contextlib.ExitStack() as started:
            started.callback(self._engine.stop)
            self._engine.start()
            self.outbox = Outbox(self._folder / "outbox.jsonl")
            started.callback(self.outbox.close)
            publisher: Publisher = _NoEvents()  # type: ignore[assignment]  # the only method that is called
            self.ses = LocalSes(self.outbox, publisher)
            self._serve_ses(0)
            started.callback(self._stop_ses)
            ses = f"http://127.0.0.1:{self._server.port}/_local/ses"
            self.endpoints = {**self._engine.endpoints, "AWS_ENDPOINT_URL_SESV2": ses}
            self._create()
            self._stack = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        self._stack.close()

    def drop_connections(self) -> None:
        """SES closes every connection, as AWS does with those that nobody has used for a while."""
        port = self._server.port
        self._server.stop()
        self._serve_ses(port)

    def _stop_ses(self) -> None:
        self._server.stop()

    def _serve_ses(self, port: int) -> None:
        self._server = Server(port, self.ses.handle)
        self._server.start()

    def variables(self, function: str) -> dict[str, str]:
        """The environment of one function, by its logical id: the template's variables, and where the services are."""
        return {**self.template.environment(function), **self.endpoints, **NO_FILES, "PATIENCE": str(PATIENCE)}

    def _create(self) -> None:
        environment = Environment()
        environment.set({**AWS, **self.endpoints})
        try:
            session = aws_session()
            self.resources = create(self.template, session)
            short = Config(parameter_validation=False)  # dynoxide's sequence numbers are shorter than the model allows
            self.clients["dynamodbstreams"] = session.client("dynamodbstreams", config=short)
            for name in ("dynamodb", "sqs", "s3"):
                self.clients[name] = session.client(name)
        finally:
            environment.restore()
