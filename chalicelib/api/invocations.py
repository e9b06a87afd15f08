"""Tells what waits for AWS how long the function has left to live, before anything else happens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

# For what comes after the last call: the answer, logs.
SPARE_SECONDS = 0.2


def limit_waiting(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Middleware of every function. HTTP, where somebody waits, also gives up after the first call that timed out."""
    is_http = hasattr(event, "lambda_context")
    context: Any = event.lambda_context if is_http else getattr(event, "context", None)
    if context is None:
        return get_response(event)
    seconds = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
    token = waiting.invocation.set(waiting.Invocation(seconds, gives_up=is_http))
    try:
        return get_response(event)
    finally:
        waiting.invocation.reset(token)
