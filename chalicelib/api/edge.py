"""The outermost layer of HTTP: the request at hand, one error shape, and the headers that every answer carries."""

from __future__ import annotations

import functools
import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalice.app import CaseInsensitiveMapping, CORSConfig, Response

from chalicelib import log
from chalicelib.api.problems import CODES, PROBLEM_JSON, Headers, headers_for, problem, status_of
from chalicelib.domain.errors import Forbidden, InvalidFields, Unauthorized, UndersignedError
from chalicelib.domain.keys import Role
from chalicelib.domain.networks import client_address
from chalicelib.pages.languages import LANGUAGES, choose
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import Blueprint, Request

    from chalicelib.domain.campaigns import Campaign
    from chalicelib.domain.keys import ApiKey

CORS = CORSConfig(allow_origin="*", allow_headers=["Accept", "Accept-Language", "Content-Type"], max_age=86400)
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag,Location,Retry-After",
}
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
# Chalice refuses types it was not told of; we do that ourselves, with a clearer answer.
ANY_TYPE: list[str] = []

_request: ContextVar[Request] = ContextVar("request")
# Which role a route asks for; None is public. A test walks all routes.
ROLES: dict[tuple[str, str], Role | None] = {}
# Where a key bound to one sponsor may go beyond what readers may.
SPONSORED: set[tuple[str, str]] = set()
VIEWS: dict[tuple[str, str], Callable[..., Response]] = {}


@dataclass(frozen=True, slots=True)
class Incoming:
    """The request at hand. Chalice's own `current_request` is shared between threads, this is not."""

    raw: Request

    @property
    def body(self) -> bytes:
        """The body as bytes."""
        raw = self.raw.raw_body
        return raw if isinstance(raw, bytes) else raw.encode()

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        value: str | None = self.raw.headers.get(name)
        return value

    def query(self, name: str) -> str | None:
        """A parameter of the query string, the last if repeated."""
        return self.queries.get(name)

    @property
    def queries(self) -> dict[str, str]:
        """All parameters of the query string."""
        return dict(self.raw.query_params or {})

    @property
    def base_url(self) -> str:
        """Where this API is, from outside, without a slash at the end; with the stage when the URL has one."""
        if fixed := wiring().settings.public_url_if_set:
            return fixed
        event = self.raw.to_original_event()
        context = event["requestContext"]
        prefix = str(context.get("path", "")).removesuffix(str(event.get("path", "")))
        return f"https://{context.get('domainName') or self.header('host') or 'localhost'}{prefix}"

    @property
    def origin_of_base(self) -> str:
        """Scheme and host of `base_url`: what browsers send as Origin from our own pages."""
        scheme, _, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def address(self) -> str:
        """The IP address it came from: who connected, or behind proxies of our own what they say. Never to be kept."""
        source = str(self.raw.context.get("identity", {}).get("sourceIp", ""))
        return client_address(source, self.header("x-forwarded-for") or "", wiring().settings.trusted_proxies)

    @property
    def language(self) -> str:
        """The interface language the reader asked for or whose browser did; English else."""
        return choose(self.query("lang"), self.header("accept-language"), LANGUAGES, "en")

    @property
    def wants_json(self) -> bool:
        """True when the Accept header names JSON."""
        return "json" in (self.header("accept") or "").lower()

    @property
    def wants_page(self) -> bool:
        """True for a browser that navigates: it names HTML."""
        return "text/html" in (self.header("accept") or "").lower() and not self.wants_json


def incoming() -> Incoming:
    """The request that this thread answers."""
    return Incoming(_request.get())


def edge(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """The first middleware, so the outermost: remembers the request, mends Chalice's own errors, adds headers."""
    if event is None:
        return get_response(event)
    _request.set(event)
    log.request_id.set(str(event.context.get("requestId", "")))
    response = get_response(event)
    if response.status_code >= 400 and not isinstance(response.body, str):  # noqa: PLR2004 - HTTP's errors
        response = _in_our_shape(response)
    _add(response, SECURITY_HEADERS)
    if not str(event.context.get("resourcePath", "")).startswith("/admin"):
        _add(response, CORS_HEADERS)
    return response


def _in_our_shape(response: Response) -> Response:
    code = CODES.get(response.status_code, "internal")
    shaped = problem(code, response.status_code, incoming().language)
    if allow := response.headers.get("Allow"):
        shaped.headers["Allow"] = allow
    return shaped


def _add(response: Response, headers: dict[str, str]) -> None:
    present = {name.lower() for name in response.headers}
    response.headers.update({name: value for name, value in headers.items() if name.lower() not in present})


def route(
    blueprint: Blueprint,
    path: str,
    *methods: str,
    role: Role | None = None,
    types: list[str] = ANY_TYPE,
    sponsored: bool = False,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Registers a view. `role` None is public; else the key is checked before anything else happens.

    A key bound to one sponsor reaches what readers reach, and beyond that only the routes that are `sponsored`.

    A refusal raised by the view becomes a problem, or a page for a browser that navigates.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        ROLES.update({(path, method): role for method in methods})
        VIEWS.update({(path, method): view for method in methods})
        SPONSORED.update((path, method) for method in methods if sponsored)

        @functools.wraps(view)
        def answer(**params: str) -> Response:
            try:
                if role is not None:
                    _admit(key_at_hand(role, params.get("campaign")), role, sponsored=sponsored)
                return view(**params)
            except UndersignedError as error:
                if isinstance(error, Unauthorized | Forbidden):
                    log.warning("key refused", route=path, code=error.code)
                return refusal(error)
            except Exception:  # noqa: BLE001 - the entry point: nothing may escape unshaped
                log.exception("request failed", route=path)
                return refusal(UndersignedError())

        cors = CORS if role is None else None
        decorate = blueprint.route(path, methods=list(methods), cors=cors, content_types=types)
        decorate(answer)
        return view

    return register


def _admit(key: ApiKey, role: Role, *, sponsored: bool) -> None:
    if key.sponsor and role.includes(Role.ORGANIZER) and not sponsored:
        raise Forbidden


def key_at_hand(role: Role, campaign: str | None = None) -> ApiKey:
    """The key of this request, which has `role` and reaches `campaign`. Raises Unauthorized, Forbidden.

    `route` has asked already, so a view reads it from memory.
    """
    return wiring().keys.check(incoming().header("authorization"), role, campaign)


def refusal(error: UndersignedError) -> Response:
    """The answer to a refusal, as JSON, or as a page for a person."""
    asked, status = incoming(), status_of(error)
    language = asked.language
    if asked.wants_page and not isinstance(error, InvalidFields):
        from chalicelib.pages.rendering import problem_page

        campaign = _campaign_of(error)
        if campaign:
            language = choose(asked.query("lang"), asked.header("accept-language"), campaign.languages, language)
        page = problem_page(error.code, language, status=status, campaign=campaign, base_url=asked.base_url)
        headers: Headers = {**headers_for(status, language), **page.headers, "Cache-Control": "no-store"}
        return Response(page.html, headers, status)
    fields = error.errors if isinstance(error, InvalidFields) else ()
    return problem(error.code, status, language, fields=fields)


def _campaign_of(error: UndersignedError) -> Campaign | None:
    """The campaign that a refusal is about, so that its page can be reached from there."""
    name = error.facts.get("campaign")
    try:
        return wiring().campaigning.get(name) if isinstance(name, str) else None
    except UndersignedError:
        return None


def _named(headers: dict[str, str]) -> Headers:
    """Keyword arguments as header names: `cache_control` is Cache-Control."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def json_answer(body: Any, status: int = 200, **headers: str) -> Response:
    """An answer as JSON; serialised here, where an error still gets its shape. Header names: `cache_control`, `etag`."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, {"Content-Type": "application/json", "Cache-Control": "no-store", **_named(headers)}, status)


def picture_answer(png: bytes, **headers: str) -> Response:
    """A PNG, whatever Accept says: crawlers say nothing, which means anything (RFC 9110, 12.5.1)."""
    # Chalice refuses binary answers to those who did not name their type.
    raw = incoming().raw
    raw.headers = CaseInsensitiveMapping({**raw.headers, "accept": "*/*"})
    return Response(png, {"Content-Type": "image/png", **_named(headers)}, 200)


def unless_known(answer: Response, facts: str | None = None) -> Response:
    """`answer` under a tag made of what it says; 304 without a body when the reader has just that (RFC 9110, 13.1.2).

    `facts` is what counts in it, where something else changes all the time. A page's policy counts too: who keeps the page
    keeps the policy that came with it, and with it which sites may frame it and where its form may lead.
    """
    from hashlib import sha256

    body: str | bytes = facts if facts is not None else answer.body
    policy = str(answer.headers.get("Content-Security-Policy", ""))
    tag = f'"{sha256((body if isinstance(body, bytes) else body.encode()) + policy.encode()).hexdigest()[:24]}"'
    answer.headers["ETag"] = tag
    known = {one.strip().removeprefix("W/") for one in (incoming().header("if-none-match") or "").split(",")}
    if tag not in known:
        return answer
    kept = {"ETag", "Cache-Control", "Vary", "Content-Language"}
    return Response("", {name: value for name, value in answer.headers.items() if name in kept}, 304)


__all__ = [
    "CORS",
    "PROBLEM_JSON",
    "ROLES",
    "Incoming",
    "edge",
    "incoming",
    "json_answer",
    "key_at_hand",
    "picture_answer",
    "refusal",
    "route",
    "unless_known",
]
