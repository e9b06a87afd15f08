"""What API Gateway serves: one stage with a throttle, and its own answers in the body, so that every deployment holds them."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest

from deploy.packaging import stage_package
from tests.kit.expanded_template import expand, expanded

pytestmark = pytest.mark.slow
ANSWERS = "x-amazon-apigateway-gateway-responses"


def of_type(template: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, facts["Properties"])
        for name, facts in template["Resources"].items()
        if facts["Type"] == f"AWS::ApiGateway::{kind}"
    ]


def body(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]["RestAPI"]["Properties"]["Body"]
    return found


def sam() -> dict[str, Any]:
    template: dict[str, Any] = json.loads((stage_package.checked() / "sam.json").read_text())
    return template


def deployment_of(template: dict[str, Any]) -> str:
    ((name, _),) = of_type(expand(json.dumps(template)), "Deployment")
    return name


def test_there_is_one_stage_and_it_is_throttled() -> None:
    template = expanded()
    ((_, stage),) = of_type(template, "Stage")
    ((deployment, properties),) = of_type(template, "Deployment")
    assert stage["StageName"] == "api"
    assert stage["DeploymentId"] == {"Ref": deployment}
    assert "StageName" not in properties, "a deployment that names a stage makes one, without settings"
    (settings,) = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRate"}


def test_api_gateways_own_answers_are_in_the_body_of_the_api() -> None:
    template = expanded()
    assert of_type(template, "GatewayResponse") == []
    assert body(template)["swagger"] == "2.0"
    answers = body(template)[ANSWERS]
    assert {
        "MISSING_AUTHENTICATION_TOKEN",
        "ACCESS_DENIED",
        "REQUEST_TOO_LARGE",
        "THROTTLED",
        "WAF_FILTERED",
        "INTEGRATION_FAILURE",
        "INTEGRATION_TIMEOUT",
        "DEFAULT_4XX",
        "DEFAULT_5XX",
    } <= answers.keys()
    kinds = botocore.session.get_session().get_service_model("apigateway").shape_for("GatewayResponseType")
    assert answers.keys() <= set(kinds.enum)  # type: ignore[attr-defined]


def test_each_of_them_has_the_form_of_the_extension_and_other_sites_may_read_it() -> None:
    for answer in body(expanded())[ANSWERS].values():
        assert set(answer) == {"statusCode", "responseParameters", "responseTemplates"}
        assert answer["statusCode"].isdigit()
        parameters = answer["responseParameters"]
        assert all(name.startswith("gatewayresponse.header.") for name in parameters)
        assert all(value[0] == value[-1] == "'" for value in parameters.values()), "a constant is quoted"
        assert parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"


def test_a_changed_answer_makes_a_new_deployment() -> None:
    before = deployment_of(sam())
    assert deployment_of(sam()) == before
    changed = sam()
    changed["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][ANSWERS]["THROTTLED"]["statusCode"] = "503"
    assert deployment_of(changed) != before
