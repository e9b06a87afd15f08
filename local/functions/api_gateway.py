"""API Gateway on one machine: routing, preflight, proxy events, and the responses that never reach the app.

It behaves as the deployed API does: it refuses the same requests, with the responses in the template.
"""

from __future__ import annotations

import base64
import logging
import threading
import uuid
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.aws.iam_permissions import running_as
from local.functions.events import proxy_event, takes_binary
from local.functions.routes import Routes
from local.http.server import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.template import Template
    from local.functions.routes import Match
    from local.http.server import Request

log = logging.getLogger("local.api_gateway")
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# API Gateway's own response to a request that cannot be parsed, by status.
REFUSALS = {400: "DEFAULT_4XX", 413: "REQUEST_TOO_LARGE", 414: "REQUEST_TOO_LARGE", 431: "REQUEST_TOO_LARGE"}


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The second argument of a function, as far as it means anything here."""

    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "512"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:undersigned-local"
    log_group_name: str = "local"
    log_stream_name: str = "local"

    def get_remaining_time_in_millis(self) -> int:
        """The longest time that Lambda allows; nothing times out here."""
        return 900_000


def threaded(app: Any) -> Any:
    """Give the app a current request per thread: on Lambda there is one thread, here there are many."""
    if getattr(app, "has_request_per_thread", False):
        return app
    current = threading.local()

    class Threaded(type(app)):  # type: ignore[misc]  # the base class is known only at run time
        has_request_per_thread = True

        @property
        def current_request(self) -> Any:
            return getattr(current, "request", None)

        @current_request.setter
        def current_request(self, request: Any) -> None:
            current.request = request

    app.__dict__.pop("current_request", None)
    app.__class__ = Threaded
    return app


class Gateway:
    """Answers requests by calling `app` as Lambda would. `changed` is called after each write."""

    def __init__(self, app: Any, template: Template, *, prefix: str = "", changed: Callable[[], None]) -> None:
        self._app = threaded(app)
        self._routes = Routes(app.routes)
        definition = template.resources["RestAPI"]["Properties"]["DefinitionBody"]
        self._binary_types = frozenset(definition["x-amazon-apigateway-binary-media-types"])
        self._prefix = prefix
        self._changed = changed
        answers = definition["x-amazon-apigateway-gateway-responses"]
        self._refusals = {kind: _gateway_response(facts) for kind, facts in answers.items()}

    def handle(self, request: Request) -> Answer:
        """Answer one request."""
        if self._prefix and not request.path.startswith(self._prefix + "/"):
            # No such stage: on AWS this response cannot be customised either.
            return Answer(403, [("Content-Type", "application/json")], b'{"message":"Forbidden"}')
        match = self._routes.find(request.path[len(self._prefix) :])
        if match is None:
            return self._refusal("MISSING_AUTHENTICATION_TOKEN")
        if request.method not in match.methods:
            if request.method == "OPTIONS":
                return self._preflight(match)
            return self._refusal("MISSING_AUTHENTICATION_TOKEN")
        return self._call(request, match)

    def refuse(self, status: int) -> Answer:
        """The response to what cannot be parsed, or to a failure of the gateway itself."""
        return self._refusal(
            REFUSALS.get(status, "DEFAULT_4XX" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "DEFAULT_5XX")
        )

    def _call(self, request: Request, match: Match) -> Answer:
        event = proxy_event(request, match, self._binary_types, self._prefix)
        context = LambdaContext("undersigned-local-api", event["requestContext"]["requestId"])
        try:
            with running_as("api_handler"):
                result = self._app(event, context)
            result["isBase64Encoded"] = result.get("isBase64Encoded") and takes_binary(request, self._binary_types)
            answer = _http_response(result, context.aws_request_id)
        except Exception:
            log.exception("the app failed")
            answer = self._refusal("INTEGRATION_FAILURE")
        if request.method in CHANGES:
            self._changed()
        return answer

    def _preflight(self, match: Match) -> Answer:
        """The response of API Gateway's mock integration, as Chalice configures it."""
        entry = next((entry for entry in match.methods.values() if entry.cors), None)
        if entry is None:
            return self._refusal("MISSING_AUTHENTICATION_TOKEN")
        methods = ",".join([*match.methods, "OPTIONS"])
        headers = [("Content-Type", "application/json"), ("Access-Control-Allow-Methods", methods)]
        headers += [(name, str(value)) for name, value in entry.cors.get_access_control_headers().items()]
        return Answer(200, headers)

    def _refusal(self, kind: str) -> Answer:
        response = self._refusals[kind]
        return Answer(response.status, list(response.headers), response.body)


def _gateway_response(facts: dict[str, Any]) -> Answer:
    headers = [
        (name.removeprefix("gatewayresponse.header."), value.strip("'"))
        for name, value in facts["responseParameters"].items()
    ]
    return Answer(int(facts["statusCode"]), headers, facts["responseTemplates"]["application/json"].encode())


def _http_response(result: dict[str, Any], request_id: str) -> Answer:
    """A proxy result as an HTTP response. Like API Gateway, it refuses line breaks in headers."""
    headers = [("Date", formatdate(usegmt=True)), ("x-amzn-RequestId", request_id)]
    many = result.get("multiValueHeaders") or {}
    headers += [(name, str(value)) for name, value in (result.get("headers") or {}).items() if name not in many]
    headers += [(name, str(value)) for name, values in many.items() for value in values]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    if any("\r" in value or "\n" in value for _, value in headers):
        raise ValueError("a response header contains a line break")
    body = result.get("body") or ""
    raw = base64.b64decode(body) if result.get("isBase64Encoded") else str(body).encode()
    return Answer(int(result["statusCode"]), headers, raw)
