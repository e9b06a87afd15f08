"""Finds the route for a path as API Gateway does: a fixed segment wins over a parameter. It decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Match:
    """The matching resource, its methods, and the values of its path parameters."""

    resource: str
    methods: dict[str, Any]
    parameters: dict[str, str]


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    name: str = ""
    resource: str = ""
    methods: dict[str, Any] = field(default_factory=dict)


class Routes:
    """A tree of path segments over `app.routes` (`{path: {method: entry}}`)."""

    def __init__(self, routes: dict[str, dict[str, Any]]) -> None:
        self._root = _Node()
        for path, methods in routes.items():
            self._add(path, methods)

    def find(self, path: str) -> Match | None:
        """The route for a path, with or without a trailing slash; None when there is none."""
        segments = _segments(path)
        values: list[str] = []
        node = self._walk(self._root, segments, values)
        if node is None:
            return None
        names = [segment[1:-1] for segment in _segments(node.resource) if segment.startswith("{")]
        return Match(node.resource, node.methods, dict(zip(names, values, strict=True)))

    def _add(self, path: str, methods: dict[str, Any]) -> None:
        node = self._root
        for segment in _segments(path):
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.fixed.setdefault(segment, _Node())
        node.resource, node.methods = path, methods

    def _walk(self, node: _Node, segments: list[str], values: list[str]) -> _Node | None:
        if not segments:
            return node if node.methods else None
        first, rest = segments[0], segments[1:]
        if first in node.fixed:
            leaf = self._walk(node.fixed[first], rest, values)
            if leaf is not None:
                return leaf
        if node.parameter is None or not first:
            return None
        values.append(first)
        leaf = self._walk(node.parameter, rest, values)
        if leaf is None:
            values.pop()
        return leaf


def _segments(path: str) -> list[str]:
    stripped = path[1:-1] if len(path) > 1 and path.endswith("/") else path[1:]
    return stripped.split("/") if stripped else []
