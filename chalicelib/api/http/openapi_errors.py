"""Errors in an OpenAPI document: by status, each with its codes and their reasons, all in one shape."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from chalicelib.api.http.operations import HTML
from chalicelib.api.http.problems import PROBLEM_JSON, STATUSES
from chalicelib.api.http.schemas import Problem
from chalicelib.domain.errors import (
    CampaignNotFound,
    Forbidden,
    LinkInvalid,
    Unauthorized,
    Unavailable,
    UndersignedError,
)

if TYPE_CHECKING:
    from chalicelib.api.http.openapi_components import Components
    from chalicelib.api.http.operations import Errors, Operation
    from chalicelib.domain.access.api_keys import Role

    # Status, code, and the reason.
    Reason = tuple[int, str, str]

# From API Gateway itself.
THROTTLED = (429, "too_many_requests", "More requests than are let through at a time.")
# Any route can meet a busy store or a fault of our own.
EVERYWHERE: Errors = (UndersignedError, Unavailable)
TEXT = {"type": "string"}
HEADERS = {
    401: {"WWW-Authenticate": {"description": "Which kind of key is required.", "schema": TEXT}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": TEXT}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": TEXT}},
}


def error_responses(components: Components, operation: Operation, path: str, role: Role | None) -> dict[str, Any]:
    """Returns every error that a route can produce, as responses by status."""
    reasons = [(STATUSES[one], one.code, _first_line(one)) for one in _errors(operation, path, role)]
    by_status = groupby(sorted([*reasons, THROTTLED]), key=itemgetter(0))
    return {str(status): _response(components, status, list(group)) for status, group in by_status}


def _errors(operation: Operation, path: str, role: Role | None) -> set[type[UndersignedError]]:
    found = {*EVERYWHERE, *operation.errors}
    found |= set(operation.body.errors if operation.body else ())
    found |= {Unauthorized, Forbidden} if role else set()
    found |= {CampaignNotFound} if "{campaign}" in path else set()
    return found | ({LinkInvalid} if "{token}" in path else set())


def _first_line(error: type[UndersignedError]) -> str:
    return (error.__doc__ or "").partition("\n")[0]


def _response(components: Components, status: int, reasons: list[Reason]) -> dict[str, Any]:
    name = "-".join(code for _, code, _ in reasons)
    described = "\n\n".join(f"`{code}`: {why}" for _, code, why in reasons)
    problem = {"schema": components.schema(Problem)}
    # A browser that navigates gets the same as a page.
    written: dict[str, Any] = {"description": described, "content": {PROBLEM_JSON: problem, HTML: {"schema": TEXT}}}
    written |= {"headers": HEADERS[status]} if status in HEADERS else {}
    return components.response(name, written)
