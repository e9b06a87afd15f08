"""Holds parameters against the template's own constraints and rules, in its own words, before anything is created. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Values = dict[str, str]


def in_effect(values: Mapping[str, str], current: Mapping[str, str], declared: Mapping[str, Any]) -> Values:
    """What each declared parameter would be: as requested, else as the stack has it, else the template's default."""
    defaults = {name: str(facts.get("Default", "")) for name, facts in declared.items()}
    known = {**defaults, **current, **values}
    return {name: known[name] for name in declared}


def check(values: Values, template: Mapping[str, Any], asked: Collection[str] = ()) -> None:
    """Raise Refused, naming the first parameter that CloudFormation would refuse, or the first rule that does not hold.

    Parameters that somebody asked for are looked at before those that follow from them.
    """
    for name, facts in sorted(template["Parameters"].items(), key=lambda one: one[0] not in asked):
        if not _is_allowed(values[name], facts):
            raise Refused(
                f"{name}={values[name]} will not do: {facts.get('ConstraintDescription', 'it is not allowed.')}"
            )
    for rule in template.get("Rules", {}).values():
        if "RuleCondition" not in rule or _holds(rule["RuleCondition"], values):
            for assertion in rule["Assertions"]:
                if not _holds(assertion["Assert"], values):
                    raise Refused(assertion["AssertDescription"])


def _is_allowed(value: str, facts: Mapping[str, Any]) -> bool:
    if facts["Type"] == "Number":
        # CloudFormation takes fractions as well; nothing that is counted here has any.
        if not re.fullmatch(r"[0-9]+", value):
            return False
        if not facts.get("MinValue", 0) <= int(value) <= facts.get("MaxValue", int(value)):
            return False
    allowed = [str(one) for one in facts.get("AllowedValues", [value])]
    pattern = facts.get("AllowedPattern", ".*")
    return value in allowed and len(value) <= facts.get("MaxLength", len(value)) and bool(re.fullmatch(pattern, value))


def _holds(condition: Mapping[str, Any], values: Values) -> bool:
    """One function of the template's `Rules`. Raises ValueError for one that is not used there yet."""
    ((name, arguments),) = condition.items()
    if name == "Fn::Not":
        return not _holds(arguments[0], values)
    if name == "Fn::And":
        return all(_holds(one, values) for one in arguments)
    if name == "Fn::Equals":
        return _value(arguments[0], values) == _value(arguments[1], values)
    if name == "Fn::Contains":
        return _value(arguments[1], values) in arguments[0]
    raise ValueError(f"{name} is not known here")


def _value(argument: Any, values: Values) -> str:
    return values[argument["Ref"]] if isinstance(argument, dict) else str(argument)
