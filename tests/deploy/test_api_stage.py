"""What API Gateway serves: one stage with a throttle, and its own answers in the body, so that every deployment holds them."""

from __future__ import annotations

import json
import re
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


# Nothing that says who asked or for whom: no address, no browser, no path (links hold their token in it), no query.
MAY_BE_LOGGED = {
    "requestId", "extendedRequestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "error.responseType",
    "responseLatency", "integrationStatus", "integrationLatency", "wafResponseCode",
}  # fmt: skip


def test_the_access_log_is_one_line_of_json_without_personal_data() -> None:
    ((_, stage),) = of_type(expanded(), "Stage")
    condition, setting, nothing = stage["AccessLogSetting"]["Fn::If"]
    assert (condition, nothing) == ("HasAccessLog", {"Ref": "AWS::NoValue"})
    text = setting["Format"]
    assert "\n" not in text, "API Gateway wants a single line"
    variables = set(re.findall(r"\$context\.([A-Za-z.]+)", text))
    assert variables <= MAY_BE_LOGGED
    assert {"requestId", "resourcePath", "status", "error.responseType", "wafResponseCode"} <= variables
    assert all(value.startswith("$context.") for value in json.loads(text).values())
    assert text.count("$") == len(variables)


def test_the_access_log_is_off_by_default_and_kept_as_long_as_the_others() -> None:
    template = expanded()
    assert template["Parameters"]["AccessLog"]["Default"] == "false"
    groups = {name: one for name, one in template["Resources"].items() if one["Type"] == "AWS::Logs::LogGroup"}
    access = groups.pop("AccessLogs")
    assert access["Condition"] == "HasAccessLog"
    for one in groups.values():
        assert one["Properties"]["RetentionInDays"] == access["Properties"]["RetentionInDays"]
        assert one["DeletionPolicy"] == access["DeletionPolicy"] == "Delete"
    ((_, stage),) = of_type(template, "Stage")
    destination = stage["AccessLogSetting"]["Fn::If"][1]["DestinationArn"]["Fn::Sub"]
    assert destination.endswith(":log-group:${AccessLogs}"), "without the :* that the group's own ARN has"


def test_no_stack_takes_the_accounts_logging_role_from_the_others() -> None:
    assert of_type(expanded(), "Account") == []


def test_the_page_names_every_field_of_the_access_log() -> None:
    ((_, stage),) = of_type(expanded(), "Stage")
    page = (stage_package.ROOT / "docs" / "operations.md").read_text()
    told = page[page.index("### Access log") : page.index("## Metrics, dashboard and alarms")]
    for field in json.loads(stage["AccessLogSetting"]["Fn::If"][1]["Format"]):
        assert f"`{field}`" in told
