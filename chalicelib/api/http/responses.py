"""Answers that are no page: JSON, pictures, and "you have that already". Errors become responses in `middleware`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalice.app import CaseInsensitiveMapping, Response

from chalicelib.api.http.request import current_request

if TYPE_CHECKING:
    from chalicelib.api.http.problems import Headers


def _named(headers: dict[str, str]) -> Headers:
    """Keyword arguments as header names: `cache_control` is Cache-Control."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def json_response(body: Any, status: int = 200, **headers: str) -> Response:
    """An answer as JSON; serialised here, where an error still gets its shape. Header names: `cache_control`, `etag`."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, {"Content-Type": "application/json", "Cache-Control": "no-store", **_named(headers)}, status)


def png_response(png: bytes, **headers: str) -> Response:
    """A PNG, whatever Accept says: crawlers say nothing, which means anything (RFC 9110, 12.5.1)."""
    # Chalice refuses binary answers to those who did not name their type.
    raw = current_request().raw
    raw.headers = CaseInsensitiveMapping({**raw.headers, "accept": "*/*"})
    return Response(png, {"Content-Type": "image/png", **_named(headers)}, 200)


def with_etag(answer: Response, facts: str | None = None) -> Response:
    """`answer` under a tag made of what it says; 304 without a body when the reader has just that (RFC 9110, 13.1.2).

    `facts` is what counts in it, where something else changes all the time. A page's policy counts too: who keeps the page
    keeps the policy that came with it, and with it which sites may frame it and where its form may lead.
    """
    from hashlib import sha256

    body: str | bytes = facts if facts is not None else answer.body
    policy = str(answer.headers.get("Content-Security-Policy", ""))
    tag = f'"{sha256((body if isinstance(body, bytes) else body.encode()) + policy.encode()).hexdigest()[:24]}"'
    answer.headers["ETag"] = tag
    known = {one.strip().removeprefix("W/") for one in (current_request().header("if-none-match") or "").split(",")}
    if tag not in known:
        return answer
    kept = {"ETag", "Cache-Control", "Vary", "Content-Language"}
    return Response("", {name: value for name, value in answer.headers.items() if name in kept}, 304)
