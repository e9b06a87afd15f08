"""How a route is described beside it: what it takes and returns, and which errors are its own; it checks nothing.

Types are JSON types: TypedDicts, pydantic models and what `schemas` has. Only `/openapi.json` loads descriptions.
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
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.errors import UndersignedError

    Errors = tuple[type[UndersignedError], ...]

JSON = "application/json"
HTML = "text/html"
# What reading any body may refuse.
UNREADABLE = (MalformedBody, BodyNotUtf8, BodyTooDeep, BodyTooLarge, UnsupportedMediaType)
UNREADABLE_FORM = (*UNREADABLE, TooManyFields)


@dataclass(frozen=True, slots=True)
class Response:
    """One kind of success. `content` is the type of the body by media type; empty for a response without a body."""

    what: str
    content: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the query string, or with `where="header"` a header."""

    name: str
    type: Any
    what: str
    required: bool = False
    where: str = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """What a request carries: its type by media type. `errors` is what reading it may raise."""

    content: Mapping[str, Any]
    required: bool = True
    errors: Errors = (*UNREADABLE, InvalidFields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route. `errors` are its own, beside those that every route of its kind gives (keys, bodies, being busy).

    `path` gives the types of those parts of the address that are neither a campaign nor a token.
    """

    responses: Mapping[int, Response]
    errors: Errors = ()
    parameters: tuple[Parameter, ...] = ()
    path: Mapping[str, Any] = field(default_factory=dict)
    body: RequestBody | None = None


def returns_json(what: str, type_: Any, *headers: str) -> Response:
    """A response as JSON."""
    return Response(what, {JSON: type_}, headers)


def returns_html(what: str, *headers: str) -> Response:
    """A page."""
    return Response(what, {HTML: str}, headers)


def takes_json(type_: Any) -> RequestBody:
    """A body that has to be JSON."""
    return RequestBody(content={JSON: type_})


NO_CONTENT = Response("Done.")
NOT_MODIFIED = Response("What the reader has is still right.", headers=("ETag", "Cache-Control"))
