"""Invokes the app's event functions as Lambda does, and reads their partial failures; it retries nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from local.aws.iam_permissions import running_as
from local.functions.api_gateway import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("local.lambda")


class Lambda:
    """One function. When the function fails, that is a result, never an exception."""

    def __init__(self, name: str, function: Callable[[dict[str, Any], Any], Any]) -> None:
        self.name = name
        self._function = function

    def invoke(self, event: dict[str, Any]) -> set[str] | None:
        """Invoke the function; return the ids of the failed items, or None when the whole batch failed."""
        try:
            with running_as(self.name):
                result = self._function(event, LambdaContext(f"undersigned-local-{self.name}"))
        except Exception:
            log.exception("function %s failed", self.name)
            return None
        failures = (result or {}).get("batchItemFailures") or []
        return {str(failure.get("itemIdentifier", "")) for failure in failures}
