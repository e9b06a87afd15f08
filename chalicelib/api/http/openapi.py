"""This API as OpenAPI 3.1: every registered route with its description, and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalicelib.api.http.middleware import ROLES, SPONSORED, VIEWS
from chalicelib.api.http.openapi_components import Components
from chalicelib.api.http.openapi_errors import error_responses
from chalicelib.api.http.operations import Operation, Parameter
from chalicelib.api.http.schemas import CampaignId, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.api.http.operations import Response
    from chalicelib.domain.access.api_keys import Role

PATH_TYPES = {"campaign": CampaignId, "token": Token}
HEADERS = {
    "Cache-Control": "How long the response may be cached.",
    "Content-Language": "The language of the response.",
    "ETag": "Identifies the content: for `If-None-Match`, or for `If-Match` when changing a campaign.",
    "Location": "Where to continue.",
}
LANG = Parameter(
    name="lang", type=str, description="The language of the response, such as `es`; an unknown one is ignored."
)
ACCEPT_LANGUAGE = Parameter(
    name="Accept-Language", type=str, description="The reader's languages, used without `lang`.", where="header"
)
IF_NONE_MATCH = Parameter(
    name="If-None-Match",
    type=str,
    description="The `ETag` of the client's copy: 304 while it is current.",
    where="header",
)
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, or the secret of a session; both begin with `us_`.",
}
ABOUT = "Signing, confirming and counting are public; everything else needs a key or a session. See docs/http-api.md."


def document(base_url: str) -> dict[str, Any]:
    """Returns the whole description, as JSON types."""
    return {**_described(), "servers": [{"url": base_url}]}


@lru_cache(maxsize=1)
def _described() -> dict[str, Any]:
    components = Components()
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), role in sorted(ROLES.items()):
        paths.setdefault(path, {})[method.lower()] = _operation(components, path, method, role)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Undersigned",
            "version": "1",
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"securitySchemes": {"key": KEY}, **components.document()},
    }


def _operation(components: Components, path: str, method: str, role: Role | None) -> dict[str, Any]:
    view = VIEWS[path, method]
    tag, described = _description(view)
    successes = {str(status): _response(components, one) for status, one in described.responses.items()}
    operation: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": (view.__doc__ or "").partition("\n")[0],
        "tags": [tag],
        "parameters": [*_own_parameters(components, described, path), *_common_parameters(components, described)],
        "responses": {**successes, **error_responses(components, described, path, role)},
    }
    if described.body:
        operation["requestBody"] = {
            "required": described.body.required,
            "content": _content(components, described.body.content),
        }
    if role is not None:
        operation |= {"security": [{"key": []}], "x-role": str(role), "x-sponsored": (path, method) in SPONSORED}
    return operation


def _description(view: Callable[..., object]) -> tuple[str, Operation]:
    """Returns what `descriptions/signatures.py` says about a view in `signatures.py`, and the tag it belongs to."""
    room, _, module = view.__module__.rpartition(".")
    described = import_module(f"{room}.descriptions.{module}")
    return described.TAG, described.OPERATIONS[view.__name__]


def _own_parameters(components: Components, described: Operation, path: str) -> list[dict[str, Any]]:
    types = {**PATH_TYPES, **described.path}
    in_path = [
        Parameter(name=name, type=types[name], description="", required=True, where="path")
        for name in re.findall(r"{(\w+)}", path)
    ]
    return [_parameter(components, one) for one in (*in_path, *described.parameters)]


def _common_parameters(components: Components, described: Operation) -> list[dict[str, Any]]:
    etag = [IF_NONE_MATCH] if HTTPStatus.NOT_MODIFIED in described.responses else []
    return [components.parameter(one.name, _parameter(components, one)) for one in (LANG, ACCEPT_LANGUAGE, *etag)]


def _parameter(components: Components, parameter: Parameter) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.where,
        "schema": components.schema(parameter.type),
    }
    written |= {"description": parameter.description} if parameter.description else {}
    written |= {"required": True} if parameter.required else {}
    # A list is one value separated by commas: `by=day,country`.
    return written | ({"explode": False} if written["schema"].get("type") == "array" else {})


def _response(components: Components, response: Response) -> dict[str, Any]:
    written: dict[str, Any] = {"description": response.description}
    if response.content:
        written["content"] = _content(components, response.content)
    if response.headers:
        text = {"type": "string"}
        written["headers"] = {name: {"description": HEADERS[name], "schema": text} for name in response.headers}
    return written


def _content(components: Components, content: Mapping[str, Any]) -> dict[str, Any]:
    return {media_type: {"schema": components.schema(one)} for media_type, one in content.items()}
