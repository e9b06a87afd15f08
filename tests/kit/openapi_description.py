"""Holds real answers against `/openapi.json`: status, content type, headers, and every key of the body."""

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
    """`/openapi.json`, ready to be asked."""

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
        """The described path that an address belongs to; without a parameter in it rather than with one."""
        found = [path for path, pattern in self._patterns.items() if pattern.fullmatch(visit.path)]
        return min(found, key=lambda path: path.count("{"), default=None)

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """What a reference means."""
        if "$ref" not in part:
            return part
        found: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return dict(found)

    def response(self, path: str, method: str, status: int) -> dict[str, Any] | None:
        """How an answer is described."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        return self.resolved(responses[str(status)]) if str(status) in responses else None

    def faults(self, visit: Visit) -> list[str]:
        """In what an answer differs from its description."""
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
        """In what a JSON body that was sent differs from the description."""
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
    """The same with no key allowed that is not described: strangers may send some, we may not."""
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _closed(one) for name, one in part.items()}
    if isinstance(found.get("properties"), dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


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
