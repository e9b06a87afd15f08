"""The packaged template: every merged id exists, SAM expands it offline, and moto's CloudFormation creates it."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from typing import Any

import boto3
import pytest
from moto import mock_aws

from deploy.packaging import stage_package
from tests.kit.expanded_template import BUCKET, CODE, expanded

pytestmark = pytest.mark.slow

# What moto's CloudFormation does not know. A test fails when it learns one of them.
UNKNOWN_TO_MOTO = {
    "AWS::Budgets::Budget",
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::Stage",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudWatch::Alarm",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::WAFv2::WebACL",
    "AWS::WAFv2::WebACLAssociation",
}
# What it knows and cannot make of this template: it reads no routes from the body of an API.
FAILS_IN_MOTO = {"AWS::ApiGateway::Deployment"}


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return expanded()


def types(template: dict[str, Any]) -> set[str]:
    return {facts["Type"] for facts in template["Resources"].values()}


def without(template: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    """The template with some types gone, and what refers to them put into words."""
    gone = {name for name, facts in template["Resources"].items() if facts["Type"] in left_out}
    kept = {name: facts for name, facts in template["Resources"].items() if name not in gone}
    outputs = {name: facts for name, facts in template["Outputs"].items() if name not in gone}
    cleaned: dict[str, Any] = _unreferred({**template, "Resources": kept, "Outputs": outputs}, gone)
    if "RestAPI" in kept:  # moto wants a name, which CloudFormation takes from the body
        cleaned["Resources"]["RestAPI"]["Properties"]["Name"] = "undersigned"
    return cleaned


def _unreferred(value: Any, gone: set[str]) -> Any:
    if isinstance(value, list):
        return [_unreferred(entry, gone) for entry in value]
    if not (isinstance(value, dict) and gone):
        return value
    if value.get("Ref") in gone:
        return f"left-out-{value['Ref']}"
    if isinstance(found := value.get("Fn::GetAtt"), list) and found[0] in gone:
        return f"left-out-{'-'.join(found)}"
    if isinstance(text := value.get("Fn::Sub"), str):
        return {"Fn::Sub": re.sub(rf"\$\{{({'|'.join(gone)})(\.\w+)?\}}", "left-out", text)}
    return {key: _unreferred(entry, gone) for key, entry in value.items() if key != "DependsOn"}


def create(template: dict[str, Any]) -> Any:
    """A stack of it on moto; its resources."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket=BUCKET)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as packed:
        packed.writestr("app.py", "")
    s3.put_object(Bucket=BUCKET, Key=CODE, Body=code.getvalue())
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    cloudformation = boto3.client("cloudformation", region_name="us-east-1")
    url = f"https://{BUCKET}.s3.amazonaws.com/template.json"
    cloudformation.create_stack(StackName="undersigned-prod", TemplateURL=url, Capabilities=["CAPABILITY_IAM"])
    (stack,) = cloudformation.describe_stacks(StackName="undersigned-prod")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName="undersigned-prod")
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def test_every_merged_resource_exists_or_has_a_type() -> None:
    merged = json.loads((stage_package.ROOT / ".chalice" / "resources.json").read_text())["Resources"]
    made = json.loads((stage_package.checked() / "sam.json").read_text())["Resources"]
    assert merged.keys() <= made.keys()
    assert [name for name in merged if "Type" not in made[name]] == []


def test_nothing_of_sam_is_left_after_its_transform(plain: dict[str, Any]) -> None:
    assert "Transform" not in plain
    assert [kind for kind in types(plain) if kind.startswith("AWS::Serverless")] == []
    assert {"AWS::Lambda::Function", "AWS::ApiGateway::RestApi", "AWS::Lambda::EventSourceMapping"} <= types(plain)


def test_moto_creates_the_stack_but_for_what_it_does_not_know(
    plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    template = without(plain, UNKNOWN_TO_MOTO | FAILS_IN_MOTO)
    with mock_aws():
        made = {resource["LogicalResourceId"] for resource in create(template)}
        wanted = {name for name, facts in template["Resources"].items() if "Condition" not in facts}
        assert wanted <= made
        (function,) = (
            one for one in boto3.client("lambda").list_functions()["Functions"] if "APIHandler" in one["FunctionName"]
        )
        assert (
            function["Environment"]["Variables"]["SIGNATURES_TABLE"]
            in boto3.client("dynamodb").list_tables()["TableNames"]
        )


def test_no_more_is_left_out_for_moto_than_must_be(plain: dict[str, Any]) -> None:
    from moto.cloudformation.parsing import resource_class_from_type

    with warnings.catch_warnings(action="ignore"):
        unknown = {kind for kind in types(plain) if resource_class_from_type(kind) is None}
    assert unknown == UNKNOWN_TO_MOTO


def test_what_is_left_out_as_failing_fails(plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    for kind in FAILS_IN_MOTO:
        others = types(plain) - {kind, "AWS::ApiGateway::RestApi"}
        with mock_aws(), pytest.raises(Exception, match="contain any methods"):
            create({**without(plain, others), "Outputs": {}})
