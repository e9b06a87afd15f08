"""Enforces each function's own policy, as IAM does: what `.chalice/policy-*.json` does not allow is denied here too.

Callers other than functions (the pump, a command, a test) are not checked. Only the policy features in use are
supported; any other raises an error rather than be ignored.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.aws.iam_actions import required_actions
from local.aws.template import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.aws.iam_actions import RequiredAction
    from local.aws.template import Template

log = logging.getLogger("local.iam_permissions")
OPERATORS = {"ForAllValues:StringLike", "ForAllValues:StringEquals", "StringLike", "StringEquals"}

_running: ContextVar[str] = ContextVar("running", default="")


@contextmanager
def running_as(function: str) -> Iterator[None]:
    """Calls inside are made by `function`, by its name in `.chalice/config.json`."""
    token = _running.set(function)
    try:
        yield
    finally:
        _running.reset(token)


@dataclass(frozen=True, slots=True)
class Grant:
    """The smallest unit that a policy allows: one action on one resource, under one condition value if there is any."""

    function: str
    statement: str
    action: str
    resource: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a function's policy, with references resolved."""

    function: str
    name: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def grants(self) -> Iterator[Grant]:
        """Every grant in it, one by one."""
        values = [value for allowed in self.conditions.values() for value in allowed] or [""]
        for action in self.actions:
            for resource in self.resources:
                yield from (Grant(self.function, self.name, action, resource, value) for value in values)

    def grants_for(self, required: RequiredAction) -> list[Grant]:
        """The grants that allow `required`; empty when this statement does not."""
        if required.action not in self.actions:
            return []
        resource = next((one for one in self.resources if fnmatchcase(required.resource, one)), None)
        if resource is None:
            return []
        grants = [Grant(self.function, self.name, required.action, resource)]
        for key, patterns in self.conditions.items():
            values = required.context.get(key, ())
            matched = [next((one for one in patterns if fnmatchcase(value, one)), None) for value in values]
            if None in matched:
                return []
            grants = [Grant(self.function, self.name, required.action, resource, value) for value in matched if value]
        return grants


def statements(template: Template, folder: Path = PATH.parent) -> list[Statement]:
    """Every statement of every function. Raises ValueError for an unsupported feature."""
    functions = json.loads((folder / "config.json").read_text())["lambda_functions"]
    return [
        _statement(function, template.resolve(policy_statement))
        for function, facts in functions.items()
        for policy_statement in json.loads((folder / facts["iam_policy_file"]).read_text())["Statement"]
    ]


def _statement(function: str, policy_statement: dict[str, Any]) -> Statement:
    operators = policy_statement.get("Condition", {})
    if policy_statement["Effect"] != "Allow" or set(operators) - OPERATORS or len(operators) > 1:
        msg = f"{function}: {policy_statement['Sid']} uses a feature that the local stack does not support"
        raise ValueError(msg)
    conditions = {key: tuple(_many(values)) for tests in operators.values() for key, values in tests.items()}
    actions, resources = tuple(_many(policy_statement["Action"])), tuple(_many(policy_statement["Resource"]))
    return Statement(function, policy_statement["Sid"], actions, resources, conditions)


def _many(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class Permissions:
    """Checks calls of watched clients. `used` holds the grants used so far, `denied` the refusals."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._statements = statements(template)
        self.used: set[Grant] = set()
        self.denied: list[str] = []

    def grants(self) -> set[Grant]:
        """Every grant of every policy."""
        return {grant for statement in self._statements for grant in statement.grants()}

    def watch(self, client: Any) -> Any:
        """Check every later call of `client`; returns it."""
        service = client.meta.service_model.service_name

        def before(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self.check(service, model.name, params)

        # This early event also fires for presigned links: whoever signs one needs the permission that it uses.
        client.meta.events.register("before-parameter-build.*.*", before)
        return client

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raises ClientError when the running function is not allowed to make this call."""
        function = _running.get()
        if not function:
            return
        for required in required_actions(service, operation, params, self._template):
            used = [g for one in self._statements if one.function == function for g in one.grants_for(required)]
            if not used:
                self._deny(function, required, operation)
            self.used.update(used)

    def _deny(self, function: str, required: RequiredAction, operation: str) -> None:
        message = f"{function} may not {required.action} on {required.resource}"
        self.denied.append(message)
        log.error("%s: its policy in .chalice does not allow it", message)
        answer: Any = {"Error": {"Code": "AccessDeniedException", "Message": message}}
        raise ClientError(answer, operation)
