"""Reads the template that is deployed, `.chalice/resources.json`, as far as a local run needs it; creates nothing.

It knows the intrinsic functions that the template uses, and fails on any other rather than guess.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[2] / ".chalice" / "resources.json"
# CloudFormation's pseudo parameters; the account id is that of the engines.
PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "undersigned-local",
}


class Template:
    """The template with its parameters filled in; `refs` and `attributes` are added as resources are created."""

    def __init__(self, parameters: dict[str, str], path: Path = PATH) -> None:
        document = json.loads(path.read_text())
        defaults = {name: facts.get("Default", "") for name, facts in document["Parameters"].items()}
        self.resources: dict[str, dict[str, Any]] = document["Resources"]
        self.refs: dict[str, Any] = {**PSEUDO, **defaults, **parameters}
        self.attributes: dict[tuple[str, str], str] = {}
        self._conditions = document["Conditions"]

    def of_type(self, kind: str) -> list[str]:
        """Logical ids of all resources of one CloudFormation type."""
        return [name for name, facts in self.resources.items() if facts.get("Type") == kind]

    def arn_of(self, physical: str) -> str:
        """The ARN of the resource with the physical id `physical`. Raises KeyError when there is none."""
        for (name, attribute), value in self.attributes.items():
            if attribute == "Arn" and self.refs.get(name) == physical:
                return value
        raise KeyError(physical)

    def properties(self, name: str) -> dict[str, Any]:
        """The resolved properties of one resource."""
        resolved = self.resolve(self.resources[name].get("Properties", {}))
        return dict(resolved)

    def environment(self, function: str) -> dict[str, str]:
        """The environment variables of one function."""
        variables = self.resolve(self.resources[function]["Properties"]["Environment"]["Variables"])
        return {name: str(value) for name, value in variables.items()}

    def resolve(self, value: Any) -> Any:
        """Replace intrinsic functions with their values."""
        if isinstance(value, list):
            return [resolved for entry in value if (resolved := self.resolve(entry)) is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref":
                return self.refs[argument]
            if name == "Condition" or name.startswith("Fn::"):
                return self._intrinsic(name, argument)
        return {key: resolved for key, entry in value.items() if (resolved := self.resolve(entry)) is not None}

    def _intrinsic(self, name: str, argument: Any) -> Any:
        if name == "Fn::GetAtt":
            return self.attributes[argument[0], argument[1]]
        if name == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda match: str(self._value_of(match[1])), argument)
        if name == "Fn::If":
            return self.resolve(argument[1] if self._holds(argument[0]) else argument[2])
        if name == "Fn::Split":
            return str(self.resolve(argument[1])).split(argument[0])
        return self._condition(name, argument)

    def _condition(self, name: str, argument: Any) -> bool:
        if name == "Condition":
            return self._holds(argument)
        if name == "Fn::Equals":
            first, second = (str(self.resolve(one)) for one in argument)  # CloudFormation compares strings
            return first == second
        if name == "Fn::Not":
            return not self.resolve(argument[0])
        if name == "Fn::Or":
            return any(self.resolve(argument))
        if name == "Fn::And":
            return all(self.resolve(argument))
        raise ValueError(f"The local stack does not support {name}")

    def _value_of(self, name: str) -> Any:
        resource, _, attribute = name.partition(".")
        return self.attributes[resource, attribute] if attribute else self.refs[resource]

    def _holds(self, condition: str) -> bool:
        return bool(self.resolve(self._conditions[condition]))
