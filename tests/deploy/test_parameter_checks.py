"""What cannot work is refused before anything is created, in words, by `make deploy` and by CloudFormation alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.cloudformation import parameter_checks
from deploy.packaging import stage_package
from deploy.terminal import Refused

TEMPLATE: dict[str, Any] = json.loads((stage_package.ROOT / ".chalice" / "resources.json").read_text())
DECLARED: dict[str, Any] = TEMPLATE["Parameters"]
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4444-8888-0123456789ab"


def check(**values: str) -> None:
    parameter_checks.check(parameter_checks.in_effect(values, {}, DECLARED), TEMPLATE)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ApiDomain", "https://sign.example.org/", "bare domain like sign.example.org in lower case, without https://"),
        ("ApiDomain", "sign.example.org/", "without a path"),
        ("ApiDomain", "Sign.Example.org", "lower case"),
        ("ApiDomain", "localhost", "bare domain"),
        ("ApiDomain", "*.example.org", "bare domain"),
        ("ApiDomain", "a" * 64 + ".example.org", "bare domain"),
        ("ApiDomain", ".".join(["a" * 60] * 5), "bare domain"),
        ("MailDomain", "actions@example.org", "without an @"),
        ("MailDomain", "https://example.org", "without https://"),
        ("MailFromSubdomain", "bounce.mail", "one label"),
        ("MailFromSubdomain", "", "one label"),
        ("PublicUrl", "sign.example.org", "an address like https://sign.example.org"),
        ("PublicUrl", "https://sign.example.org/", "without a slash at the end"),
        ("PublicUrl", "http://sign.example.org", "https://"),
        ("DashboardUrl", "https://admin.example.org/", "without a slash"),
        ("HomeUrl", "example.org", "begins with https://"),
        ("AlarmTopic", "ana@example.org", "the ARN of an SNS topic"),
        ("ApiCertificateArn", "arn:aws:iam::123456789012:server-certificate/a", "certificate in ACM"),
        ("HostedZone", "example.org", "the id of a Route 53 zone"),
        ("HostedZone", "/hostedzone/Z0123456789ABC", "the id of a Route 53 zone"),
        ("Senders", "*@example.org, ana@example.org", "separated by commas without spaces"),
        ("ProxySecretSha256", "secret", "64 hexadecimal digits, not the secret itself"),
        ("FirewallRate", "-1", "0, for no firewall, or from 10"),
        ("FirewallRate", "2000000001", "to 2,000,000,000"),
        ("FirewallRate", "1e3", "0, for no firewall, or from 10"),
        ("MailConcurrency", "1", "from 2 to 50"),
        ("MailConcurrency", "2.5", "a whole number"),
        ("ApiRate", "0", "1 or more"),
        ("ApiBurst", "many", "1 or more"),
        ("BudgetAmount", "20 USD", "a whole number of US dollars"),
        ("BudgetEmail", "Ana", "one email address"),
        ("BudgetEmail", "ana@example.org,ben@example.org", "one email address"),
        ("TrustedProxies", "6", "from 0 to 5"),
        ("LogRetentionDays", "45", "one of 7, 14, 30"),
        ("Production", "yes", "true, false or later"),
        ("ReserveConcurrency", "True", "true or false"),
        ("DisableDefaultEndpoint", "1", "true or false"),
    ],
)
def test_a_value_that_cannot_work_is_refused_in_words(name: str, value: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        check(**{name: value})
    assert str(refusal.value).startswith(f"{name}={value} will not do: it must be ")
    assert said in str(refusal.value)


@pytest.mark.parametrize("rate", range(1, 10))
def test_a_firewall_takes_ten_requests_at_least(rate: int) -> None:
    with pytest.raises(Refused, match="at least 10"):
        check(FirewallRate=str(rate))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ApiDomain": "sign.example.org"}, "ApiDomain needs ApiCertificateArn, or HostedZone"),
        ({"DisableDefaultEndpoint": "true"}, "DisableDefaultEndpoint needs ApiDomain"),
        ({"BudgetAmount": "20"}, "BudgetAmount needs BudgetEmail"),
        ({"BudgetEmail": "ana@example.org"}, "BudgetEmail needs BudgetAmount"),
    ],
)
def test_what_needs_another_parameter_is_refused_without_it(values: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        check(**values)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ApiDomain": "sign.example.org", "HostedZone": "Z0123456789ABC", "DisableDefaultEndpoint": "true"},
        {"ApiDomain": "xn--frmulas-c1a.xn--p1ai", "ApiCertificateArn": CERTIFICATE},
        {"ApiDomain": "a.co", "ApiCertificateArn": CERTIFICATE.replace("aws", "aws-us-gov")},
        {"MailDomain": "example.org", "MailFromSubdomain": "b", "Senders": "*@example.org,ana@partner.example"},
        {"PublicUrl": "https://cdn.example.org/sign", "DashboardUrl": "https://a.example", "HomeUrl": "https://b.example/"},
        {"AlarmTopic": "arn:aws:sns:eu-west-1:123456789012:alarms_of-us"},
        {"BudgetAmount": "20", "BudgetEmail": "treasurer@example.org"},
        {"FirewallRate": "10"}, {"FirewallRate": "0"}, {"FirewallRate": "2000000000"},
        {"MailConcurrency": "50", "ApiRate": "1", "ApiBurst": "100000", "TrustedProxies": "5", "LogRetentionDays": "7"},
    ],
)  # fmt: skip
def test_what_works_is_taken(values: dict[str, str]) -> None:
    check(**values)


def test_what_the_stack_has_counts_where_nothing_else_is_asked_for() -> None:
    current = {"ApiDomain": "sign.example.org", "HostedZone": "Z1", "Gone": "x"}
    values = parameter_checks.in_effect({"HostedZone": ""}, current, DECLARED)
    assert "Gone" not in values
    assert (values["ApiDomain"], values["MailConcurrency"]) == ("sign.example.org", "2")
    with pytest.raises(Refused, match="ApiDomain needs"):
        parameter_checks.check(values, TEMPLATE)


def test_every_constraint_is_explained() -> None:
    for facts in DECLARED.values():
        assert facts["ConstraintDescription"].startswith("it must be ")
        assert facts["ConstraintDescription"].endswith(".")
    for rule in TEMPLATE["Rules"].values():
        assert all(one["AssertDescription"].endswith(".") for one in rule["Assertions"])


def test_the_firewalls_range_is_the_one_of_aws() -> None:
    import botocore.session

    limit: Any = botocore.session.get_session().get_service_model("wafv2").shape_for("RateLimit")
    assert limit.metadata == {"min": 10, "max": DECLARED["FirewallRate"]["MaxValue"]}
