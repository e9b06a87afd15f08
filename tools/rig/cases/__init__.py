"""The table of what each function answers to each event of AWS; a case also says in words what has happened behind it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.rig.rig import Rig
    from tools.rig.runtime_api import Outcome


@dataclass(frozen=True, slots=True)
class Case:
    """One row: a function, an event, and the answer that is right."""

    function: str
    event: str
    expected: str
    run: Callable[[Rig], str]


CASES: list[Case] = []
# What each function may still say when it has less time than one call to AWS can take.
NO_TIME = 0.3


def case(function: str, event: str, expected: str) -> Callable[[Callable[[Rig], str]], Callable[[Rig], str]]:
    """Puts a function that plays one event and tells the answer into the table."""

    def register(run: Callable[[Rig], str]) -> Callable[[Rig], str]:
        CASES.append(Case(function, event, expected, run))
        return run

    return register


def told(outcome: Outcome) -> str:
    """What a function said, in a few words."""
    if outcome.kind != "answer":
        kind = outcome.payload.get("errorType") if isinstance(outcome.payload, dict) else outcome.payload
        return f"{outcome.kind}: {kind}"
    payload: Any = outcome.payload
    if payload is None:
        return "null"
    if "batchItemFailures" in payload:
        return f"{len(payload['batchItemFailures']) or 'none'} failed"
    kind = {name.lower(): value for name, value in payload["headers"].items()}.get("content-type", "")
    encoding = " in base64" if payload.get("isBase64Encoded") else ""
    return f"{payload['statusCode']} {kind.partition(';')[0]}{encoding}".strip()


def every_case() -> list[Case]:
    """All rows, in the order of the modules that hold them."""
    for module in ("schedules", "http_requests", "stream_records", "mail_and_exports", "updates", "first_key"):
        importlib.import_module(f"{__name__}.{module}")
    return CASES
