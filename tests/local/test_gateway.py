from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from chalice.app import Chalice, Response

from local.aws.template import Template
from local.functions.api_gateway import Gateway
from local.http.server import Answer, Request


def an_app() -> Chalice:
    app = Chalice(app_name="tiny", configure_logs=False)

    @app.route("/things/{thing}", methods=["GET", "PUT"], cors=True)
    def thing(thing: str) -> dict[str, Any]:
        request: Any = app.current_request
        return {"thing": thing, "seen": request.context["requestId"]}

    @app.route("/quiet")
    def quiet() -> str:
        return "no cors here"

    @app.route("/broken")
    def broken() -> Response:
        return Response("x", headers={"X-Evil": ["a\r\nSet-Cookie: b"]})

    return app


class Changes:
    def __init__(self) -> None:
        self.seen = 0

    def __call__(self) -> None:
        self.seen += 1


def a_gateway(changes: Changes | None = None, prefix: str = "") -> Gateway:
    return Gateway(an_app(), Template({}), prefix=prefix, changed=changes or Changes())


def ask(gateway: Gateway, method: str, path: str) -> Answer:
    return gateway.handle(Request(method, path, "", [("Host", "127.0.0.1:8000")], b"", "127.0.0.1"))


def problem_of(answer: Answer) -> dict[str, Any]:
    headers = dict(answer.headers)
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Access-Control-Allow-Origin"] == "*"
    body: dict[str, Any] = json.loads(answer.body)
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert body["status"] == answer.status
    return body


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("DELETE", "/things/a"), ("HEAD", "/things/a"), ("OPTIONS", "/quiet")]
)
def test_an_unknown_route_or_method_gets_the_templates_answer(method: str, path: str) -> None:
    answer = ask(a_gateway(), method, path)
    assert (answer.status, problem_of(answer)["code"]) == (404, "not_found")


def test_preflight_is_answered_without_the_app() -> None:
    answer = ask(a_gateway(), "OPTIONS", "/things/a")
    headers = dict(answer.headers)
    assert answer.status == 200
    assert set(headers["Access-Control-Allow-Methods"].split(",")) == {"GET", "PUT", "OPTIONS"}
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_an_app_that_fails_is_an_integration_failure(caplog: pytest.LogCaptureFixture) -> None:
    answer = ask(a_gateway(), "GET", "/broken")
    assert (answer.status, problem_of(answer)["code"]) == (503, "unavailable")
    assert "Set-Cookie" not in str(answer.headers)
    assert "the app failed" in caplog.text


@pytest.mark.parametrize(("status", "expected"), [(400, 400), (413, 413), (414, 413), (431, 413), (500, 503)])
def test_every_refusal_of_the_server_has_the_one_error_shape(status: int, expected: int) -> None:
    answer = a_gateway().refuse(status)
    assert problem_of(answer)["status"] == expected


def test_a_write_wakes_the_pump_and_a_read_does_not() -> None:
    changes = Changes()
    gateway = a_gateway(changes)
    ask(gateway, "GET", "/things/a")
    assert changes.seen == 0
    ask(gateway, "PUT", "/things/a")
    assert changes.seen == 1


def test_a_stage_prefix_is_taken_off_and_what_is_outside_is_forbidden() -> None:
    gateway = a_gateway(prefix="/api")
    assert json.loads(ask(gateway, "GET", "/api/things/a").body)["thing"] == "a"
    assert ask(gateway, "GET", "/things/a").status == 403


def test_threads_do_not_see_each_others_request() -> None:
    gateway = a_gateway()
    answers: dict[str, dict[str, Any]] = {}

    def call(name: str) -> None:
        for _ in range(50):
            answer = ask(gateway, "GET", f"/things/{name}")
            body = json.loads(answer.body)
            assert dict(answer.headers)["x-amzn-RequestId"] == body["seen"]
            answers[name] = body

    threads = [threading.Thread(target=call, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: body["thing"] for name, body in answers.items()} == {f"t{n}": f"t{n}" for n in range(8)}
