"""What the template does against floods, plain text and carelessness, read from the file that is deployed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.api.http.middleware import SECURITY_HEADERS
from local.aws.template import PATH, Template

TEMPLATE = json.loads(PATH.read_text())
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
GATEWAY_ANSWERS: dict[str, dict[str, Any]] = RESOURCES["RestAPI"]["Properties"]["DefinitionBody"][
    "x-amazon-apigateway-gateway-responses"
]
FUNCTIONS = [name for name, facts in RESOURCES.items() if "Environment" in facts.get("Properties", {})]


def of_type(kind: str) -> list[str]:
    return [name for name, facts in RESOURCES.items() if facts.get("Type") == kind]


def test_requests_are_limited_for_the_whole_api() -> None:
    (limit,) = Template({}).resolve(RESOURCES["RestAPI"]["Properties"]["MethodSettings"])
    assert (limit["ResourcePath"], limit["HttpMethod"]) == ("/*", "*")
    assert limit["ThrottlingBurstLimit"] >= limit["ThrottlingRateLimit"] > 0


def reserved(**parameters: str) -> dict[str, int]:
    template = Template(parameters)
    wanted = {name: RESOURCES[name]["Properties"]["ReservedConcurrentExecutions"] for name in FUNCTIONS}
    return {name: size for name, value in wanted.items() if isinstance(size := template.resolve(value), int)}


def test_no_function_can_starve_another_when_room_is_reserved() -> None:
    each = reserved(ReserveConcurrency="true")
    assert set(each) == set(FUNCTIONS)
    assert sum(each.values()) <= 900, "AWS keeps 100 of an account's 1,000 for functions without a reservation"
    most = TEMPLATE["Parameters"]["MailConcurrency"]["MaxValue"]
    assert each["Mail"] >= most, "else SQS hands out jobs that cannot run, and they end in the dead letters"
    assert reserved() == {}, "a new account has too few to reserve any"


@pytest.mark.parametrize("kind", ["AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket"])
def test_nothing_is_reached_without_tls(kind: str) -> None:
    policies = {"AWS::SQS::Queue": "Queues", "AWS::SNS::Topic": "Topics", "AWS::S3::Bucket": "Bucket"}
    guarded = set()
    for facts in RESOURCES.values():
        for statement in facts.get("Properties", {}).get("PolicyDocument", {}).get("Statement", []):
            if statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
                assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
                named = facts["Properties"].get(policies[kind], [])
                guarded |= {one["Ref"] for one in (named if isinstance(named, list) else [named])}
    assert guarded == set(of_type(kind))


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_tables_can_be_restored_and_are_not_deleted_by_mistake(table: str) -> None:
    facts = RESOURCES[table]
    assert facts["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    # Without it, a key of AWS's own encrypts, at no charge; with it, KMS charges for each use of a key in the account.
    assert "SSESpecification" not in facts["Properties"]
    assert (facts["DeletionPolicy"], facts["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    protected = facts["Properties"]["DeletionProtectionEnabled"]
    assert Template({}).resolve(protected) is True
    assert Template({"Production": "false"}).resolve(protected) is False


@pytest.mark.parametrize("queue", of_type("AWS::SQS::Queue"))
def test_what_waits_is_encrypted(queue: str) -> None:
    assert RESOURCES[queue]["Properties"]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("kind", sorted(GATEWAY_ANSWERS))
def test_answers_of_api_gateway_itself_carry_the_security_headers(kind: str) -> None:
    headers = GATEWAY_ANSWERS[kind]["responseParameters"]
    for name in ("Strict-Transport-Security", "X-Content-Type-Options"):
        assert headers[f"gatewayresponse.header.{name}"] == f"'{SECURITY_HEADERS[name]}'"


def test_what_stays_when_the_stack_goes_refers_to_nothing_that_goes() -> None:
    """SES refuses all email from an identity whose default configuration set is gone ("Default configuration sets")."""
    kept = {name: facts for name, facts in RESOURCES.items() if "Retain" in facts.get("DeletionPolicy", "")}
    assert {"AWS::SES::EmailIdentity", "AWS::DynamoDB::Table", "AWS::S3::Bucket"} <= {
        one["Type"] for one in kept.values()
    }
    for name, facts in kept.items():
        named = set(re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"', json.dumps(facts["Properties"])))
        assert {one for pair in named for one in pair if one in RESOURCES} == set(), name
    assert "ConfigurationSetAttributes" not in RESOURCES["MailIdentity"]["Properties"]


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one != "FirstKey"])  # which knows no address
def test_every_function_knows_the_configuration_set_that_each_email_must_name(function: str) -> None:
    variables = RESOURCES[function]["Properties"]["Environment"]["Variables"]
    assert variables["SES_CONFIGURATION_SET"] == {"Ref": "ConfigurationSet"}


def test_a_firewall_is_there_when_it_is_asked_for() -> None:
    firewall = RESOURCES["Firewall"]
    (rule,) = firewall["Properties"]["Rules"]
    assert rule["Statement"]["RateBasedStatement"]["Limit"] == {"Ref": "FirewallRate"}
    assert rule["Action"] == {"Block": {}}
    assert firewall["Condition"] == RESOURCES["FirewallAssociation"]["Condition"] == "HasFirewall"
    assert not Template({})._holds("HasFirewall"), "it costs while nobody signs"
    assert Template({"FirewallRate": "500"})._holds("HasFirewall")


def test_a_batch_that_keeps_failing_is_laid_aside_with_an_alarm_while_the_stream_still_has_it() -> None:
    """DynamoDB keeps stream records for 24 hours (AWS, "DynamoDB Streams"); six of them are left for reading them."""
    source = RESOURCES["Project"]["Properties"]["Events"]["ProjectDynamodbEventSource"]["Properties"]
    assert source["MaximumRecordAgeInSeconds"] == 18 * 3600
    assert source["MaximumRetryAttempts"] == -1, "an outage is waited for: the age alone ends the tries"
    assert source["BisectBatchOnFunctionError"] is True
    queue = source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    alarm = RESOURCES[f"{queue}Alarm"]["Properties"]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": [queue, "QueueName"]}
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert RESOURCES[queue]["Properties"]["MessageRetentionPeriod"] > 24 * 3600
