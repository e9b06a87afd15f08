"""Lets schemathesis make requests from a description, the same ones each time, and says what it found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from local.http.server import Server

if TYPE_CHECKING:
    from tests.kit.world import World

EXAMPLES = 10  # for each operation, on top of what the coverage phase makes
REJECTED = [400, 401, 403, 404, 406, 409, 410, 412, 413, 415, 422, 428, 501]


@dataclass(frozen=True)
class Finding:
    """One failed check. `told` is what the answer complains of, as `field:code` or a code; `accepted` when it does not."""

    check: str
    operation: str
    message: str
    request: str
    told: tuple[str, ...]


def findings(world: World, document: dict[str, Any], **headers: str) -> tuple[int, list[Finding]]:
    """How many requests were made, and what was found; the same ones each time."""
    config = {
        "seed": 1,
        "headers": headers,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True, "database": "none"},
        "checks": {
            "missing_required_header": {"expected-statuses": REJECTED},
            "negative_data_rejection": {"expected-statuses": REJECTED},
            # Another version, another state: these say nothing of the data.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 401, 403, 404, 409, 410, 412, 428]},
        },
    }
    server = Server(0, world.gateway.handle, world.gateway.refuse)
    server.start()
    try:
        schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
        schema.config.update(base_url=f"http://127.0.0.1:{server.port}")
        return _collect(from_schema(schema).execute())
    finally:
        server.stop()


def _collect(stream: Any) -> tuple[int, list[Finding]]:
    requests, found = 0, []
    for event in stream:
        assert not isinstance(event, events.NonFatalError | events.FatalError), vars(event)
        if not isinstance(event, events.ScenarioFinished):
            continue
        recorder = event.recorder
        requests += len(recorder.interactions)
        for case_id, checks in recorder.checks.items():
            found += [_finding(recorder, case_id, check) for check in checks if check.failure_info]
    return requests, found


def _finding(recorder: Any, case_id: str, check: Any) -> Finding:
    case, interaction = recorder.cases[case_id].value, recorder.interactions[case_id]
    request = f"{interaction.request.method} {interaction.request.uri} {interaction.request.body!r}"[:800]
    status = interaction.response.status_code
    told = _told(interaction.response.content) if status >= 400 else ("accepted",)
    return Finding(check.name, case.operation.label, check.failure_info.failure.message[:300], request, told)


def _told(body: bytes) -> tuple[str, ...]:
    try:
        problem = json.loads(body)
    except ValueError:
        return ("page",)
    return tuple(f"{one['field']}:{one['code']}" for one in problem.get("errors", [])) or (problem["code"],)
