"""Checks real answers against `/openapi.json`: status, content type, headers, and every key of the body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from tests.kit.route_tour import Visit

ROOT = "urn:description"


@dataclass
class Description:
    """`/openapi.json`, ready for checks."""

    document: dict[str, Any]

    def __post_init__(self) -> None:
        closed = _closed(self.document)
        resource = Resource.from_contents(closed, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)
        self._patterns = {
            path: re.compile(re.sub(r"{\w+}", "[^/]+", path.replace(".", r"\."))) for path in self.document["paths"]
        }

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Every path, method and operation."""
        return [
            (path, method.upper(), operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]

    def route_of(self, visit: Visit) -> str | None:
        """The path in the description that matches an address; one without parameters is preferred."""
        matching = [path for path, pattern in self._patterns.items() if pattern.fullmatch(visit.path)]
        return min(matching, key=lambda path: path.count("{"), default=None)

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """The part that a reference points to."""
        if "$ref" not in part:
            return part
        target: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return dict(target)

    def response(self, path: str, method: str, status: int) -> dict[str, Any] | None:
        """The description of a response, or None."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        return self.resolved(responses[str(status)]) if str(status) in responses else None

    def faults(self, visit: Visit) -> list[str]:
        """How an answer differs from its description."""
        path = self.route_of(visit)
        assert path, visit.path
        response = self.response(path, visit.method, visit.status)
        if response is None:
            return [f"status {visit.status} is not described"]
        missing = [f"no {name}" for name in response.get("headers", {}) if name.lower() not in visit.headers]
        content = response.get("content", {})
        if not content:
            return [*missing, *(["a body where none is described"] if visit.body else [])]
        kind = visit.headers["content-type"].partition(";")[0]
        if kind not in content:
            return [*missing, f"{kind} is not described"]
        return missing + (self._mistakes(content[kind]["schema"], visit.json) if kind.endswith("json") else [])

    def body_faults(self, visit: Visit) -> list[str]:
        """How a JSON body that was sent differs from its description."""
        path = self.route_of(visit)
        assert path, visit.path
        content = self.document["paths"][path][visit.method.lower()]["requestBody"]["content"]
        return self._mistakes(content["application/json"]["schema"], json.loads(visit.sent))

    def _mistakes(self, schema: dict[str, Any], body: Any) -> list[str]:
        validator = Draft202012Validator(
            _absolute(schema), registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(body)]


def _closed(part: Any) -> Any:
    """The same with undescribed keys forbidden: clients may send some, the API may not."""
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {name: _closed(one) for name, one in part.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _absolute(part: Any) -> Any:
    if isinstance(part, list):
        return [_absolute(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {name: ROOT + one if name == "$ref" else _absolute(one) for name, one in part.items()}


@cache
def described() -> Description:
    """The description of this app."""
    import app
    from chalicelib.api.http.openapi import document

    assert app.app.routes
    return Description(document("https://api.example"))
