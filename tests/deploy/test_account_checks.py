"""What the account lacks is said before anything is created, not by CloudFormation half an hour later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from deploy.cloudformation.stack import Stack
from deploy.commands.account_checks import AccountChecks, refuse_without_ses
from deploy.packaging import stage_package
from deploy.terminal import Refused
from tests.kit.deployments import Person, a_package, a_small, deploy, the_stack
from tests.kit.expanded_template import expanded

if TYPE_CHECKING:
    from pathlib import Path

    from boto3.session import Session

pytestmark = [pytest.mark.engine, pytest.mark.slow]
NAME = "undersigned-checked"


def check(session: Session, current: dict[str, str] | None = None, **values: str) -> list[str]:
    """What was said."""
    person = Person()
    checks = AccountChecks(session, the_stack(session, NAME, person), person)
    values = {"MailFromSubdomain": "bounce", **values}
    checks.run(values, {"some": "stack"} if current is None else current, expanded())
    return person.said


def a_certificate(session: Session, *names: str) -> str:
    request: Any = {"SubjectAlternativeNames": list(names[1:])} if names[1:] else {}
    return str(session.client("acm").request_certificate(DomainName=names[0], **request)["CertificateArn"])


def a_zone(session: Session, name: str, **more: Any) -> str:
    zone = session.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name}{more}", **more)
    return str(zone["HostedZone"]["Id"]).rpartition("/")[2]


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("eu-south-2", "not in eu-south-2. Use one of eu-central-1,"),
        ("cn-north-1", "No region of that partition has it"),
        ("mx-central-1", "Use one of "),
        ("ireland", "There is no region ireland"),
    ],
)
def test_a_region_without_ses_is_refused(region: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        refuse_without_ses(boto3.session.Session(region_name=region))


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "sa-east-1", "us-gov-west-1"])
def test_a_region_with_ses_is_taken(region: str) -> None:
    refuse_without_ses(boto3.session.Session(region_name=region))


def test_a_certificate_for_the_domain_is_taken(session: Session) -> None:
    for names in (["sign.example.org"], ["example.org", "sign.example.org"], ["*.example.org"]):
        assert check(session, ApiDomain="sign.example.org", ApiCertificateArn=a_certificate(session, *names)) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["example.org"], "is for example.org, not for sign.example.org"),
        (["*.sign.example.org"], "not for sign.example.org"),
        (["*.org"], "not for sign.example.org"),
    ],
)
def test_a_certificate_for_another_name_is_refused(session: Session, names: list[str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        check(session, ApiDomain="sign.example.org", ApiCertificateArn=a_certificate(session, *names))


def test_a_certificate_that_is_elsewhere_or_nowhere_is_refused(session: Session) -> None:
    arn = a_certificate(session, "sign.example.org")
    with pytest.raises(Refused, match="ApiCertificateArn is in us-west-2, the stack in us-east-1"):
        check(session, ApiDomain="sign.example.org", ApiCertificateArn=arn.replace("us-east-1", "us-west-2"))
    with pytest.raises(Refused, match="There is no certificate"):
        check(session, ApiDomain="sign.example.org", ApiCertificateArn=arn[:-4] + "0000")


def test_a_certificate_that_waits_for_its_record_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "arn:aws:acm:us-east-1:000000000000:certificate/a"
    waiting = {"Certificate": {"DomainName": "sign.example.org", "Status": "PENDING_VALIDATION"}}
    with pytest.raises(Refused, match=r"PENDING_VALIDATION\. Create the DNS record that ACM shows"):
        check(
            answering(monkeypatch, "acm", "describe_certificate", waiting),
            ApiDomain="sign.example.org",
            ApiCertificateArn=arn,
        )


def answering(monkeypatch: pytest.MonkeyPatch, service: Any, operation: str, *answers: Any) -> Session:
    """A session in which one operation gives `answers` in turn; a text is an error's code."""
    session = boto3.session.Session(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    client = session.client(service)
    stub = Stubber(client)
    for answer in answers:
        if isinstance(answer, str):
            stub.add_client_error(operation, answer)
        else:
            stub.add_response(operation, answer)
    stub.activate()
    others = session.client
    monkeypatch.setattr(session, "client", lambda name, **more: client if name == service else others(name, **more))
    return session


def test_a_zone_that_does_not_hold_the_domains_is_refused(session: Session) -> None:
    zone = a_zone(session, "example.org")
    assert check(session, HostedZone=zone, ApiDomain="sign.example.org", MailDomain="example.org") == []
    with pytest.raises(Refused, match=r"is for example\.org; sign\.notexample\.org is not in it"):
        check(session, HostedZone=zone, ApiDomain="sign.notexample.org")
    with pytest.raises(Refused, match=r"partner\.example is not in it"):
        check(session, HostedZone=zone, ApiDomain="sign.example.org", MailDomain="partner.example")
    with pytest.raises(Refused, match="There is no hosted zone Z0NOWHERE in this account"):
        check(session, HostedZone="Z0NOWHERE", ApiDomain="sign.example.org")


def test_a_private_zone_is_refused(session: Session) -> None:
    vpc: Any = {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}
    zone = a_zone(session, "inside.example", VPC=vpc, HostedZoneConfig={"PrivateZone": True})
    with pytest.raises(Refused, match="is private"):
        check(session, HostedZone=zone, ApiDomain="sign.inside.example")


def test_a_mail_domain_that_ses_knows_is_left_out_unless_it_is_the_stacks_own(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.client("sesv2").create_email_identity(EmailIdentity="known.example")
    with pytest.raises(Refused, match=r"already knows known\.example\. Leave out MailDomain"):
        check(session, MailDomain="known.example")
    assert check(session, MailDomain="unknown.example") == []
    identity = {"Type": "AWS::SES::EmailIdentity", "Properties": {"EmailIdentity": "own.example"}}
    deploy(session, NAME, a_package(tmp_path, a_small(MailIdentity=identity)))
    assert check(session, MailDomain="own.example") == []

    failed = {
        "LogicalResourceId": "MailIdentity",
        "PhysicalResourceId": "own.example",
        "ResourceStatus": "CREATE_FAILED",
    }
    monkeypatch.setattr(
        Stack, "resources", lambda _: [failed]
    )  # the first deployment stopped at it: it was there before
    with pytest.raises(Refused, match=r"already knows own\.example"):
        check(session, MailDomain="own.example")


def test_a_topic_that_is_missing_or_elsewhere_is_refused_and_one_without_readers_is_told(session: Session) -> None:
    sns = session.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    (told,) = check(session, AlarmTopic=topic)
    assert "until then alarms reach nobody" in told
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    with pytest.raises(Refused, match="which CloudWatch may not use"):
        check(session, AlarmTopic=topic)
    with pytest.raises(Refused, match="There is no topic"):
        check(session, AlarmTopic=f"{topic}x")
    with pytest.raises(Refused, match="must be in the same region"):
        check(session, AlarmTopic=topic.replace("us-east-1", "eu-west-1"))


@pytest.mark.parametrize(("lacking", "is_refused"), [(766, True), (1, True), (0, False)])
def test_reserving_needs_the_executions_to_reserve(
    monkeypatch: pytest.MonkeyPatch, lacking: int, is_refused: bool
) -> None:
    functions = [one for one in expanded()["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    reserved = [one["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][1] for one in functions]
    limit = sum(reserved) + 100 - lacking
    session = answering(
        monkeypatch, "lambda", "get_account_settings", {"AccountLimit": {"ConcurrentExecutions": limit}}
    )
    if is_refused:
        with pytest.raises(Refused, match=rf"allows this account {limit}"):
            check(session, ReserveConcurrency="true")
    else:
        assert check(session, ReserveConcurrency="true") == []


def test_an_access_log_needs_the_accounts_role(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="AccessLog needs a role"):
        check(answering(monkeypatch, "apigateway", "get_account", {}), AccessLog="true")
    answer = {"cloudwatchRoleArn": "arn:aws:iam::000000000000:role/api-gateway-logs"}
    assert check(answering(monkeypatch, "apigateway", "get_account", answer), AccessLog="true") == []
    assert check(answering(monkeypatch, "apigateway", "get_account", "AccessDeniedException"), AccessLog="true") == []
    assert check(answering(monkeypatch, "apigateway", "get_account", {}), AccessLog="false") == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"ProductionAccessEnabled": False, "SendingEnabled": True}, ["sandbox"]),
        ({"ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}, []),
        ({"ProductionAccessEnabled": True, "EnforcementStatus": "PROBATION"}, ["under review"]),
        ({"ProductionAccessEnabled": False, "SendingEnabled": False}, ["sandbox", "paused"]),
        ("AccessDeniedException", []),
    ],
)
def test_the_state_of_ses_is_told_at_a_first_deployment(
    monkeypatch: pytest.MonkeyPatch, answer: Any, told: list[str]
) -> None:
    monkeypatch.setattr(AccountChecks, "_tell_of_limits", lambda *_: None)
    said = check(answering(monkeypatch, "sesv2", "get_account", answer), {})
    assert [word in line for word, line in zip(told, said, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(("limit", "told"), [(10, ["about 10 signatures a second"]), (1000, [])])
def test_a_low_limit_of_lambda_is_told_at_a_first_deployment(
    monkeypatch: pytest.MonkeyPatch, limit: int, told: list[str]
) -> None:
    monkeypatch.setattr(AccountChecks, "_tell_of_ses", lambda _: None)
    answer = {"AccountLimit": {"ConcurrentExecutions": limit}}
    said = check(answering(monkeypatch, "lambda", "get_account_settings", answer, answer), {})
    assert [words in line for words, line in zip(told, said, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(
    ("rate", "told"), [(1500.0, ["allows this account 1500 requests"]), (2500.0, []), (2000.0, [])]
)
def test_a_throttle_below_the_apis_own_is_told_at_a_first_deployment(
    monkeypatch: pytest.MonkeyPatch, rate: float, told: list[str]
) -> None:
    monkeypatch.setattr(AccountChecks, "_tell_of_ses", lambda _: None)
    monkeypatch.setattr(AccountChecks, "_executions", lambda _: 0)
    answer = {"throttleSettings": {"rateLimit": rate, "burstLimit": 1250}}
    said = check(answering(monkeypatch, "apigateway", "get_account", answer), {}, ApiRate="2000")
    assert [words in line for words, line in zip(told, said, strict=True)] == [True] * len(told)


def test_a_record_that_is_there_is_not_written_over(session: Session) -> None:
    zone = a_zone(session, "taken.example")

    def write(name: str, kind: str, value: str) -> None:
        record: Any = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        batch: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        session.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    write("zzz.taken.example", "A", "192.0.2.1")
    write("taken.example", "TXT", '"other"')
    write("sign.taken.example", "TXT", '"other"')
    write("bounce.taken.example", "A", "192.0.2.1")
    assert check(session, HostedZone=zone, MailDomain="taken.example", ApiDomain="sign.taken.example") == []
    write("sign.taken.example", "AAAA", "2001:db8::1")
    with pytest.raises(Refused, match=r"has a record AAAA for sign\.taken\.example already"):
        check(session, HostedZone=zone, ApiDomain="sign.taken.example")
    write("bounce.taken.example", "MX", "10 mx.example")
    with pytest.raises(Refused, match=r"has a record MX for bounce\.taken\.example already"):
        check(session, HostedZone=zone, MailDomain="taken.example")


def test_the_records_of_an_unfinished_stack_are_its_own(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = a_zone(session, "records.example")
    record: Any = {"Name": "sign.records.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    batch: Any = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    session.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    made = {
        "LogicalResourceId": "ApiRecord",
        "PhysicalResourceId": "sign.records.example",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    monkeypatch.setattr(Stack, "status", "CREATE_FAILED")
    monkeypatch.setattr(Stack, "resources", lambda _: [made])
    assert check(session, HostedZone=zone, ApiDomain="sign.records.example") == []
    record |= {"Name": "bounce.records.example", "Type": "MX", "ResourceRecords": [{"Value": "10 mx.example"}]}
    session.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    group = {"LogicalResourceId": "MailRecords", "PhysicalResourceId": "any", "ResourceStatus": "CREATE_COMPLETE"}
    monkeypatch.setattr(Stack, "resources", lambda _: [made, group])
    assert check(session, HostedZone=zone, MailDomain="records.example") == []
    made["ResourceStatus"] = "CREATE_FAILED"
    with pytest.raises(Refused, match="has a record A for"):
        check(session, HostedZone=zone, ApiDomain="sign.records.example")


def test_a_domain_of_another_api_is_not_taken(session: Session) -> None:
    arn = a_certificate(session, "busy.example.org")
    assert check(session, ApiDomain="busy.example.org", ApiCertificateArn=arn) == []
    session.client("apigateway").create_domain_name(domainName="busy.example.org", regionalCertificateArn=arn)
    with pytest.raises(Refused, match="for another API of this account"):
        check(session, ApiDomain="busy.example.org", ApiCertificateArn=arn)


def test_what_may_not_be_looked_at_is_left_to_cloudformation(monkeypatch: pytest.MonkeyPatch) -> None:
    session = answering(monkeypatch, "route53", "get_hosted_zone", "AccessDenied")
    assert check(session, HostedZone="Z1", ApiDomain="sign.example.org") == []


def test_what_does_not_change_is_not_looked_at_again(session: Session) -> None:
    values = {"HostedZone": "Z0GONE", "ApiDomain": "sign.example.org"}
    assert check(session, values, **values) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("ApiDomain", "https://sign.example.org/", "bare domain"), ("FirewallRate", "5", "at least 10")],
)
def test_cloudformation_refuses_the_same_in_the_same_words(session: Session, name: str, value: str, said: str) -> None:
    whole = json.loads((stage_package.ROOT / ".chalice" / "resources.json").read_text())
    template = {part: whole[part] for part in ("Parameters", "Rules")}
    template["Resources"] = {"Queue": {"Type": "AWS::SQS::Queue"}}
    parameters: Any = [{"ParameterKey": name, "ParameterValue": value}]
    with pytest.raises(ClientError, match=said):
        session.client("cloudformation").create_stack(
            StackName="undersigned-rules", TemplateBody=json.dumps(template), Parameters=parameters
        )
