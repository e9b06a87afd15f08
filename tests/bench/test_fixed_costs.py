"""The fixed costs count what is deployed: the template as CloudFormation sees it, and every kind of resource in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import app
from bench.scale import fixed_costs
from tests.kit.expanded_template import expanded

pytestmark = pytest.mark.slow
TEMPLATE: dict[str, Any] = json.loads((Path(app.__file__).parent / ".chalice" / "resources.json").read_text())
PRICED = {
    "AWS::ApiGateway::DomainName", "AWS::Budgets::Budget", "AWS::CertificateManager::Certificate", "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard", "AWS::DynamoDB::Table", "AWS::Events::Rule", "AWS::Lambda::EventSourceMapping",
    "AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SecretsManager::Secret",
    "AWS::WAFv2::WebACL",
}  # fmt: skip
# Paid by use alone, or no more than a setting of something else.
WITHOUT_FIXED_COSTS = {
    "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage",
    "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Route53::RecordSet",
    "AWS::Route53::RecordSetGroup", "AWS::S3::BucketPolicy", "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity", "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::WAFv2::WebACLAssociation",
}  # fmt: skip


def lines() -> dict[str, dict[str, Any]]:
    return {one["what"]: one for one in fixed_costs.fixed_costs(TEMPLATE)}


def test_every_kind_of_resource_that_is_deployed_was_thought_of() -> None:
    assert {one["Type"] for one in expanded()["Resources"].values()} == PRICED | WITHOUT_FIXED_COSTS


def test_the_lines_count_what_is_deployed() -> None:
    kinds = [one["Type"] for one in expanded()["Resources"].values()]
    told = " ".join(lines())
    for noun, kind in (
        ("secret", "AWS::SecretsManager::Secret"), ("dashboard", "AWS::CloudWatch::Dashboard"),
        ("alarms", "AWS::CloudWatch::Alarm"), *((f"{noun}s", kind) for noun, kind in fixed_costs.FREE_OF_CHARGE[:2]),
        ("topic", "AWS::SNS::Topic"), ("bucket", "AWS::S3::Bucket"), ("log groups", "AWS::Logs::LogGroup"),
    ):  # fmt: skip
        assert f"{kinds.count(kind)} {noun}" in told, noun
    assert lines()["the firewall: web ACL"]["units"] == kinds.count("AWS::WAFv2::WebACL")
    assert kinds.count("AWS::Events::Rule") == 1, "the hourly round is the only one"


def test_the_polled_queues_are_those_that_functions_read_with_a_limit() -> None:
    mappings = [
        one["Properties"] for one in expanded()["Resources"].values()
        if one["Type"] == "AWS::Lambda::EventSourceMapping" and "Queue" in json.dumps(one["Properties"]["EventSourceArn"])
    ]  # fmt: skip
    assert len(mappings) == fixed_costs.polled_queues(TEMPLATE)
    assert all(one["ScalingConfig"]["MaximumConcurrency"] for one in mappings), "otherwise Lambda polls less"
    assert f"waiting for messages at {len(mappings)} queues" in lines()


def test_waiting_costs_its_requests_and_a_million_of_them_are_free() -> None:
    waiting = lines()["waiting for messages at 3 queues"]
    assert waiting["units"] == 3 * 5 * 3 * 60 * 24 * 30
    assert (waiting["dollars"], waiting["after_free"]) == pytest.approx((0.7776, 0.3776))


def test_alarms_are_charged_by_the_metrics_that_they_look_at() -> None:
    looked_at = json.dumps(TEMPLATE["Resources"]).count('"Namespace"')
    (alarms,) = (one for one in lines().values() if one["when"] == "`AlarmTopic`")
    assert (alarms["units"], alarms["dollars"]) == (looked_at, pytest.approx(0.10 * looked_at))
    assert alarms["after_free"] == pytest.approx(0.10 * (looked_at - 10))


def test_a_budget_costs_nothing() -> None:
    (budget,) = (one for one in lines().values() if one["when"] == "`BudgetAmount`")
    assert budget["what"].startswith("1 budget,")
    assert (budget["dollars"], budget["after_free"]) == (0, 0)


def test_a_dashboard_stays_within_what_is_free() -> None:
    for one in expanded()["Resources"].values():
        if one["Type"] == "AWS::CloudWatch::Dashboard":
            widgets = json.loads(one["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
            assert sum(len(widget["properties"]["metrics"]) for widget in widgets) <= 50


def test_nothing_is_encrypted_with_a_key_that_is_charged_for() -> None:
    deployed = json.dumps(expanded())
    assert [
        word for word in ("SSESpecification", "KmsMasterKeyId", "KMSMasterKeyID", "KmsKeyId") if word in deployed
    ] == []


def test_only_what_is_chosen_is_under_a_condition() -> None:
    conditions = {
        "`AlarmTopic`": "AWS::CloudWatch::Alarm", "`FirewallRate`": "AWS::WAFv2::WebACL",
        "`BudgetAmount`": "AWS::Budgets::Budget",
    }  # fmt: skip
    for kind in conditions.values():
        assert all("Condition" in one for one in expanded()["Resources"].values() if one["Type"] == kind)
    always = [
        one
        for one in expanded()["Resources"].values()
        if one["Type"] in {"AWS::SecretsManager::Secret", "AWS::SQS::Queue"}
    ]
    assert not any("Condition" in one for one in always)
