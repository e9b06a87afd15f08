"""What an update replaces: the guide names each parameter whose change makes CloudFormation create something anew."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from deploy.cloudformation.changes import STATEFUL
from deploy.packaging import stage_package
from tests.kit.expanded_template import expanded

pytestmark = pytest.mark.slow


def parameters_in(value: Any, template: dict[str, Any]) -> set[str]:
    """The parameters that decide a value, also through conditions."""
    if isinstance(value, list):
        return {name for one in value for name in parameters_in(one, template)}
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        if key == "Ref" and inner in template["Parameters"]:
            found.add(inner)
        elif key == "Fn::Sub" and isinstance(inner, str):
            found |= set(re.findall(r"\$\{(\w+)\}", inner)) & template["Parameters"].keys()
        elif key == "Fn::If":
            found |= parameters_in([template["Conditions"][inner[0]], *inner[1:]], template)
        elif key == "Condition" and isinstance(inner, str):
            found |= parameters_in(template["Conditions"][inner], template)
        else:
            found |= parameters_in(inner, template)
    return found


def at(path: list[str], value: Any) -> Any:
    """What stands at a path of a schema, or None. Beneath a function of the template it may be anywhere."""
    for name in path:
        if not isinstance(value, dict) or any(key.startswith("Fn::") for key in value):
            return value
        value = value.get(name)
    return value


def replaced() -> dict[str, set[str]]:
    """The types that a change of each parameter replaces."""
    template = expanded()
    kinds: dict[str, set[str]] = {}
    for resource in template["Resources"].values():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource["Type"]).schema
        paths = [path.split("/")[2:] for path in schema.get("createOnlyProperties", [])]
        fixed = [found for path in paths if (found := at(path, resource.get("Properties", {}))) is not None]
        for parameter in parameters_in(fixed, template):
            kinds.setdefault(parameter, set()).add(resource["Type"])
    return kinds


def test_the_guide_names_the_parameters_that_replace_something() -> None:
    page = (stage_package.ROOT / "docs" / "deploying.md").read_text()
    table = page[page.index("| parameter | what is replaced |") :].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(replaced())


def test_only_a_mail_domain_replaces_what_holds_data() -> None:
    in_danger = {name for name, kinds in replaced().items() if kinds & STATEFUL}
    assert in_danger == {"MailDomain"}


def test_tables_queues_and_functions_are_never_replaced_by_a_parameter() -> None:
    kinds = {kind for kinds in replaced().values() for kind in kinds}
    assert not kinds & {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::ApiGateway::RestApi"}
