"""`/openapi.json`: it says of every route what it takes and returns, and every answer is as it says."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import validate

import app
from chalicelib.api.http.middleware import ROLES
from chalicelib.api.http.request import HttpRequest
from chalicelib.domain.signatures.signature_filters import FILTER_NAMES
from tests.kit import route_tour
from tests.kit.openapi_description import described

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.route_tour import Visit

# One-click links take whatever an email program sends; a part of an upload is bytes, whatever they are called.
TAKES_ANYTHING = {
    "/notices/{token}",
    "/unsubscribe/{token}",
    "/leave-updates/{token}",
    "/admin/campaigns/{campaign}/uploads/{upload}/{part}",
}
ROUTES = sorted(ROLES)
# Sent by browsers of themselves, and named by OpenAPI in its own ways.
OTHER_HEADERS = {
    "user-agent",
    "accept",
    "authorization",
    "content-encoding",
    "content-type",
    "host",
    "origin",
    "x-forwarded-for",
    "x-proxy-secret",
}
LIST = ("/admin/campaigns/{campaign}/signatures", "GET")
OF_EVERY_KEY = {"401", "403"}


@dataclass
class Walk:
    """One walk past every route: the answers, and which parameters and headers each route read."""

    visits: list[Visit]
    read: set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def walk() -> Walk:
    """One for all tests."""
    from tests.kit.world import a_world

    with pytest.MonkeyPatch.context() as patch, a_world(patch) as world:
        read: set[tuple[str, str, str]] = set()
        for method, where in (("query_param", "query"), ("header", "header")):
            patch.setattr(HttpRequest, method, _noted(getattr(HttpRequest, method), where, read))
        world.publish()
        return Walk(route_tour.walk(world), read)


def _noted(
    ask: Callable[[HttpRequest, str], str | None], where: str, read: set[tuple[str, str, str]]
) -> Callable[[HttpRequest, str], str | None]:
    def asked(request: HttpRequest, name: str) -> str | None:
        context = request.raw.context
        read.add((context["resourcePath"], context["httpMethod"], f"{where} {name.lower()}"))
        return ask(request, name)

    return asked


def test_it_is_valid_and_describes_exactly_the_routes() -> None:
    document = described().document
    validate(document)
    assert {(path, method) for path, method, _ in described().operations()} == set(ROUTES)
    names = [operation["operationId"] for _, _, operation in described().operations()]
    assert len(names) == len(set(names)), "clients are generated with these names"


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_route_says_what_it_takes_and_returns(path: str, method: str) -> None:
    operation = described().document["paths"][path][method.lower()]
    parameters = [described().resolved(one) for one in operation["parameters"]]
    assert {one["name"] for one in parameters if one["in"] == "path"} == set(re.findall(r"{(\w+)}", path))
    assert all(one["schema"] for one in parameters)
    assert all(one.get("required") for one in parameters if one["in"] == "path")
    types = set(app.app.routes[path][method].content_types)
    takes = set(operation.get("requestBody", {"content": {}})["content"])
    assert takes == types or (path in TAKES_ANYTHING and not types)
    assert all(one["schema"] for one in operation.get("requestBody", {"content": {}})["content"].values())
    responses = {status: described().resolved(one) for status, one in operation["responses"].items()}
    for status, response in responses.items():
        if int(status) >= 400:
            assert response["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        else:
            has_body = status not in {"204", "303", "304"}
            assert bool(response.get("content")) == has_body
            assert all(one["schema"] for one in response.get("content", {}).values())
    assert any(int(status) < 304 for status in responses)
    assert {"429", "500", "503"} <= set(responses)
    assert ("security" in operation) == (set(responses) >= OF_EVERY_KEY) == (ROLES[path, method] is not None)


def test_every_answer_of_every_route_is_as_described(walk: Walk) -> None:
    faults: dict[str, list[str]] = defaultdict(list)
    for visit in walk.visits:
        faults[f"{visit.method} {described().route_of(visit)} {visit.status}"] += described().faults(visit)
    assert {route: found for route, found in faults.items() if found} == {}


def test_every_described_success_was_really_seen(walk: Walk) -> None:
    """So that the test above says something about each of them."""
    seen = {(described().route_of(one), one.method, one.status, one.media_type) for one in walk.visits}
    for path, method, operation in described().operations():
        for status in (int(status) for status in operation["responses"] if int(status) < 400):
            response = described().response(path, method, status) or {}
            for media_type in response.get("content", {"": None}):
                assert (path, method, status, media_type) in seen


def test_a_body_that_was_taken_is_as_described(walk: Walk) -> None:
    for visit in walk.visits:
        if visit.status < 300 and visit.sent and visit.sent.startswith(b"{"):
            assert described().body_faults(visit) == [], visit.path


def test_every_parameter_and_header_that_a_route_reads_is_described(walk: Walk) -> None:
    parameters = {
        (path, method, f"{one['in']} {one['name'].lower()}")
        for path, method, operation in described().operations()
        for one in map(described().resolved, operation["parameters"])
    }
    assert {one for one in walk.read - parameters if one[2].removeprefix("header ") not in OTHER_HEADERS} == set()
    # Filters are read as a whole.
    of_the_list = {where for path, method, where in parameters if (path, method) == LIST}
    assert of_the_list >= {f"query {name}" for name in (*FILTER_NAMES, "limit", "cursor", "lang")}
