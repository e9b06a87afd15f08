"""Holds each function to its own policy, as IAM does: what `.chalice/policy-*.json` does not allow is refused here too.

Whoever is no function (the pump, a command, a test) is not looked at. Only what the policies use is understood; anything
else in one raises, rather than be taken for granted.
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

from local.aws.iam_actions import needs
from local.aws.template import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.aws.iam_actions import Need
    from local.aws.template import Template

log = logging.getLogger("local.iam_permissions")
OPERATORS = {"ForAllValues:StringLike", "ForAllValues:StringEquals", "StringLike", "StringEquals"}

_running: ContextVar[str] = ContextVar("running", default="")


@contextmanager
def running_as(function: str) -> Iterator[None]:
    """What is called inside is called by `function`, by its name in `.chalice/config.json`."""
    before = _running.set(function)
    try:
        yield
    finally:
        _running.reset(before)


@dataclass(frozen=True, slots=True)
class Grant:
    """The smallest thing that a policy allows: one action on one resource, under one value of a condition, if it has any."""

    function: str
    statement: str
    action: str
    resource: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one function's policy, with its references resolved."""

    function: str
    name: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def grants(self) -> Iterator[Grant]:
        """Everything that it allows, one by one."""
        values = [value for wanted in self.conditions.values() for value in wanted] or [""]
        for action in self.actions:
            for resource in self.resources:
                yield from (Grant(self.function, self.name, action, resource, value) for value in values)

    def allowing(self, need: Need) -> list[Grant]:
        """The grants that allow `need`; empty when this statement does not."""
        if need.action not in self.actions:
            return []
        resource = next((one for one in self.resources if fnmatchcase(need.resource, one)), None)
        if resource is None:
            return []
        found = [Grant(self.function, self.name, need.action, resource)]
        for key, patterns in self.conditions.items():
            given = need.context.get(key, ())
            matched = [next((one for one in patterns if fnmatchcase(value, one)), None) for value in given]
            if None in matched:
                return []
            found = [Grant(self.function, self.name, need.action, resource, value) for value in matched if value]
        return found


def statements(template: Template, folder: Path = PATH.parent) -> list[Statement]:
    """Every statement of every function. Raises ValueError for what this does not understand."""
    functions = json.loads((folder / "config.json").read_text())["lambda_functions"]
    return [
        _statement(function, template.resolve(written))
        for function, facts in functions.items()
        for written in json.loads((folder / facts["iam_policy_file"]).read_text())["Statement"]
    ]


def _statement(function: str, written: dict[str, Any]) -> Statement:
    operators = written.get("Condition", {})
    if written["Effect"] != "Allow" or set(operators) - OPERATORS or len(operators) > 1:
        msg = f"{function}: {written['Sid']} says what the local stack does not understand"
        raise ValueError(msg)
    conditions = {key: tuple(_many(values)) for about in operators.values() for key, values in about.items()}
    actions, resources = tuple(_many(written["Action"])), tuple(_many(written["Resource"]))
    return Statement(function, written["Sid"], actions, resources, conditions)


def _many(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class Permissions:
    """Watches clients. `used` is what functions made use of so far, `denied` what they were refused."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._statements = statements(template)
        self.used: set[Grant] = set()
        self.denied: list[str] = []

    def grants(self) -> set[Grant]:
        """Everything that the policies allow."""
        return {grant for statement in self._statements for grant in statement.grants()}

    def watch(self, client: Any) -> Any:
        """Refuses from now on what the running function may not do with `client`, and returns it."""
        service = client.meta.service_model.service_name

        def before(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            self.check(service, model.name, params)

        # This early, so that links are seen as well: whoever signs one must be allowed what it opens.
        client.meta.events.register("before-parameter-build.*.*", before)
        return client

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raises ClientError when the running function may not make this call."""
        function = _running.get()
        if not function:
            return
        for need in needs(service, operation, params, self._template):
            used = [g for one in self._statements if one.function == function for g in one.allowing(need)]
            if not used:
                self._deny(function, need, operation)
            self.used.update(used)

    def _deny(self, function: str, need: Need, operation: str) -> None:
        told = f"{function} may not {need.action} on {need.resource}"
        self.denied.append(told)
        log.error("%s: its policy in .chalice does not allow it", told)
        answer: Any = {"Error": {"Code": "AccessDeniedException", "Message": told}}
        raise ClientError(answer, operation)
