"""Responses other than pages: JSON, images, and 304 Not Modified. Errors become responses in `middleware`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalice.app import CaseInsensitiveMapping, Response

from chalicelib.api.http.preconditions import if_none_match_names
from chalicelib.api.http.request import current_request

if TYPE_CHECKING:
    from chalicelib.api.http.problems import Headers


# Made once: `json.dumps` makes an encoder for every call that does not escape what is not ASCII.
TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


def _header_names(headers: dict[str, str]) -> Headers:
    """Turns keyword arguments into header names: `cache_control` becomes Cache-Control."""
    return {"ETag" if name == "etag" else name.replace("_", "-").title(): value for name, value in headers.items()}


def json_response(body: Any, status: int = 200, **headers: str) -> Response:
    """Returns `body` as JSON. It is serialised here, inside the view, so that an error still gets its shape."""
    return Response(
        TO_JSON(body),
        {"Content-Type": "application/json", "Cache-Control": "no-store", **_header_names(headers)},
        status,
    )


def image_response(image: bytes, content_type: str, **headers: str) -> Response:
    """Returns an image, whatever the Accept header: crawlers send none, which means anything (RFC 9110, 12.5.1)."""
    # Chalice refuses binary responses to clients that did not name their type.
    raw = current_request().raw
    raw.headers = CaseInsensitiveMapping({**raw.headers, "accept": "*/*"})
    return Response(image, {"Content-Type": content_type, **_header_names(headers)}, 200)


def with_etag(response: Response, tagged: str | None = None) -> Response:
    """Returns `response` with an ETag of its content, or 304 without a body if the client has just that (RFC 9110, 13.1.2).

    `tagged` is hashed in place of the body where parts of it change all the time. A page's policy is hashed too: whoever
    caches the page also caches its policy, which says which sites may frame it and where its form may lead.
    """
    from hashlib import sha256

    body: str | bytes = tagged if tagged is not None else response.body
    policy = str(response.headers.get("Content-Security-Policy", ""))
    tag = f'"{sha256((body if isinstance(body, bytes) else body.encode()) + policy.encode()).hexdigest()[:24]}"'
    response.headers["ETag"] = tag
    return not_modified_if_current(response)


def not_modified_if_current(response: Response) -> Response:
    """Returns `response`, or 304 without a body if the client's If-None-Match names its ETag."""
    if not if_none_match_names(str(response.headers["ETag"])):
        return response
    kept_headers = {"ETag", "Cache-Control", "Vary", "Content-Language"}
    return Response("", {name: value for name, value in response.headers.items() if name in kept_headers}, 304)
