"""The outermost layer of HTTP: the key that a route requires, one error shape, and the headers of every response."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from chalice.app import CORSConfig, Response

from chalicelib import log
from chalicelib.api.http.path_parameters import as_meant
from chalicelib.api.http.problems import CHALICE_ERRORS, Headers, problem_headers, problem_response, status_of
from chalicelib.api.http.request import current_request, set_current_request
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import Forbidden, InvalidFields, Unauthorized, UndersignedError
from chalicelib.i18n.languages import choose_language
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import Blueprint

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign

CORS = CORSConfig(allow_origin="*", allow_headers=["Accept", "Accept-Language", "Content-Type"], max_age=86400)
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
# Pages elsewhere may read what is public.
PUBLIC_HEADERS = SECURITY_HEADERS | {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag,Location,Retry-After",
}
# Chalice would refuse unlisted content types; we do that ourselves, with a clearer error.
ANY_TYPE: list[str] = []

# The role that each route requires; None is public. A test checks every route. HEAD is not listed: it goes with each
# public GET.
ROLES: dict[tuple[str, str], Role | None] = {}
# Routes above the reader role that are open to keys bound to one sponsor.
SPONSORED: set[tuple[str, str]] = set()
VIEWS: dict[tuple[str, str], Callable[..., Response]] = {}

# Who makes this request, decided once: what is taken away from them meanwhile counts from their next request on.
_caller: ContextVar[ApiKey | None] = ContextVar("caller", default=None)


def http_middleware(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """The first middleware and so the outermost: sets the current request, reshapes Chalice's own errors, adds headers."""
    if event is None:
        return get_response(event)
    set_current_request(event)
    _caller.set(None)
    log.request_id.set(str(event.context.get("requestId", "")))
    response = get_response(event)
    if response.status_code >= 400 and not isinstance(response.body, str):  # noqa: PLR2004 - HTTP's errors
        response = _as_problem(response)
    is_public = not str(event.context.get("resourcePath", "")).startswith("/admin")
    _add_missing(response, PUBLIC_HEADERS if is_public else SECURITY_HEADERS)
    if event.method == "HEAD":
        response.body = b"" if isinstance(response.body, bytes) else ""
    return response


def _as_problem(response: Response) -> Response:
    code = CHALICE_ERRORS.get(response.status_code, "internal")
    shaped = problem_response(code, response.status_code, current_request().language)
    if allow := response.headers.get("Allow"):
        shaped.headers["Allow"] = allow
    return shaped


def _add_missing(response: Response, headers: dict[str, str]) -> None:
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
    """Registers a view. With `role` None it is public; otherwise the key is checked before anything else.

    A public GET answers HEAD too, for link checkers, previews and mail scanners.

    A key bound to one sponsor reaches what readers reach, and beyond that only routes that are `sponsored`.

    An error raised by the view becomes a problem document, or a page for a browser that navigates.
    """

    def register(view: Callable[..., Response]) -> Callable[..., Response]:
        ROLES.update({(path, method): role for method in methods})
        VIEWS.update({(path, method): view for method in methods})
        SPONSORED.update((path, method) for method in methods if sponsored)

        @functools.wraps(view)
        def handle(**params: str) -> Response:
            try:
                if role is not None:
                    _check_sponsored_key(current_key(role, params.get("campaign")), role, sponsored=sponsored)
                    return view(**params)
                return view(**as_meant(params))
            except UndersignedError as error:
                if isinstance(error, Unauthorized | Forbidden):
                    log.warning("key refused", route=path, code=error.code)
                return error_response(error)
            except Exception:  # noqa: BLE001 - the entry point: no error may leave in another shape
                log.exception("request failed", route=path)
                return error_response(UndersignedError())

        # A page elsewhere has no business with signing in: the one that does is ours.
        cors = CORS if role is None and ("GET" in methods or not path.startswith("/admin")) else None
        answered = [*methods, "HEAD"] if role is None and "GET" in methods else list(methods)
        decorate = blueprint.route(path, methods=answered, cors=cors, content_types=types)
        decorate(handle)
        return view

    return register


def _check_sponsored_key(key: ApiKey, role: Role, *, sponsored: bool) -> None:
    if key.sponsor and role.includes(Role.ORGANIZER) and not sponsored:
        raise Forbidden


def current_key(role: Role, campaign: str | None = None) -> ApiKey:
    """Returns the key of this request, which has `role` and reaches `campaign`. Raises Unauthorized, Forbidden.

    Only the first call of a request, which `route` makes, asks the store.
    """
    key = _caller.get() or wiring().keyring.authenticate(current_request().header("authorization"))
    _caller.set(key)
    if not key.may(role, campaign):
        raise Forbidden
    return key


def error_response(error: UndersignedError) -> Response:
    """Returns the response to an error: JSON, or a page for a person."""
    request, status = current_request(), status_of(error)
    language = request.language
    if request.wants_html and not isinstance(error, InvalidFields):
        from chalicelib.pages.rendering import problem_page

        campaign = _campaign_of(error)
        if campaign:
            language = choose_language(
                request.query_param("lang"), request.header("accept-language"), campaign.languages, language
            )
        facts = {name: fact for name, fact in error.facts.items() if name != "campaign"}
        page = problem_page(error.code, language, status=status, campaign=campaign, base_url=request.base_url, **facts)
        headers: Headers = {**problem_headers(status, language), **page.headers, "Cache-Control": "no-store"}
        return Response(page.html, headers, status)
    fields = error.errors if isinstance(error, InvalidFields) else ()
    return problem_response(error.code, status, language, fields=fields, facts=error.facts)


def _campaign_of(error: UndersignedError) -> Campaign | None:
    """Returns the campaign that an error is about, so that the page can link to it."""
    name = error.facts.get("campaign")
    try:
        return wiring().campaign_reader.get(name) if isinstance(name, str) else None
    except UndersignedError:
        return None
