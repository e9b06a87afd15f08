"""How a route is described: what it takes and returns, and its own errors; it checks nothing.

Types are JSON types: TypedDicts, pydantic models and those of `schemas`. Only `/openapi.json` loads descriptions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import (
    BodyNotUtf8,
    BodyTooDeep,
    BodyTooLarge,
    InvalidFields,
    MalformedBody,
    TooManyFields,
    UnsupportedContentEncoding,
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.errors import UndersignedError

    Errors = tuple[type[UndersignedError], ...]

JSON = "application/json"
HTML = "text/html"
# What reading a body may raise.
UNREADABLE = (
    MalformedBody,
    BodyNotUtf8,
    BodyTooDeep,
    BodyTooLarge,
    UnsupportedMediaType,
    UnsupportedContentEncoding,
)
UNREADABLE_FORM = (*UNREADABLE, TooManyFields)


@dataclass(frozen=True, slots=True)
class Response:
    """A successful response. `content` is the type of the body by media type; empty for a response without a body."""

    description: str
    content: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the query string or, with `where="header"`, a header."""

    name: str
    type: Any
    description: str
    required: bool = False
    where: str = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """The body of a request: its type by media type. `errors` is what reading it may raise."""

    content: Mapping[str, Any]
    required: bool = True
    errors: Errors = (*UNREADABLE, InvalidFields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route. `errors` are its own, besides those of every route of its kind (keys, bodies, a busy store).

    `path` has the types of path parameters other than a campaign or a token.
    """

    responses: Mapping[int, Response]
    errors: Errors = ()
    parameters: tuple[Parameter, ...] = ()
    path: Mapping[str, Any] = field(default_factory=dict)
    body: RequestBody | None = None


def returns_json(description: str, type_: Any, *headers: str) -> Response:
    """Describes a JSON response."""
    return Response(description, {JSON: type_}, headers)


def returns_html(description: str, *headers: str) -> Response:
    """Describes a page."""
    return Response(description, {HTML: str}, headers)


def takes_json(type_: Any) -> RequestBody:
    """Describes a body that must be JSON."""
    return RequestBody(content={JSON: type_})


NO_CONTENT = Response("Done.")
NOT_MODIFIED = Response("The client's copy is still current.", headers=("ETag", "Cache-Control"))
