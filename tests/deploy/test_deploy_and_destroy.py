"""Deploying to and removing from an engine with CloudFormation: the packaged template, and small ones for what can go wrong."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from deploy.__main__ import main
from deploy.cloudformation import stack as stack_module
from deploy.cloudformation.package_bucket import PackageBucket
from deploy.commands import admin_command
from deploy.commands.destroy import StageRemoval
from deploy.terminal import Refused
from tests.kit.deployments import ACCOUNT, Person, a_deployment, a_package, a_small, deploy, tables, the_stack
from tests.kit.expanded_template import expanded

if TYPE_CHECKING:
    from pathlib import Path

    from boto3.session import Session

    from deploy.cloudformation.stack import Stack
    from deploy.commands.deploy import Deployment

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_the_packaged_template_deploys_is_operated_and_goes(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    package = a_package(tmp_path, expanded())
    person = Person()
    stack = the_stack(session, "undersigned-dev", person)
    deployment = a_deployment(session, stack, person)
    outputs = deployment.run(package, [])

    settings = admin_command.settings(session, stack)
    assert settings["PUBLIC_URL"] == outputs["EndpointURL"].rstrip("/") != ""
    assert settings["SIGNATURES_TABLE"] == outputs["SignaturesTable"]
    assert stack.parameters["Production"] == "false"
    assert sum("Apply these changes?" in said for said in person.said) == 1  # the address is filled in without asking

    person.said.clear()
    assert deployment.run(package, []) == outputs
    assert person.said == ["No changes."]

    deployment.run(package, ["ApiDomain=sign.example.org", f"ApiCertificateArn={a_certificate(session)}"])
    assert admin_command.settings(session, stack)["PUBLIC_URL"] == "https://sign.example.org"
    assert stack.outputs["ApiTarget"]

    logs_each_request(session, deployment, package)

    for name in [*settings, "AWS_REGION"]:
        monkeypatch.setenv(name, os.environ.get(name, "us-east-1"))  # so that they are put back
    wiring.cache_clear()
    assert admin_command.run(session, stack, ["keys", "create", "--name", "Ana", "--role", "admin"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert wiring().keyring.list()[0].name == "Ana"
    assert made["secret"].startswith("us_")
    wiring.cache_clear()

    refuses_while_signed(session, stack, outputs["SignaturesTable"])
    StageRemoval(session, stack, Person(typing="undersigned-dev")).run(with_data=True)
    assert stack.status in {"", "DELETE_COMPLETE"}
    assert tables(session, "undersigned-dev") == []


def logs_each_request(session: Session, deployment: Deployment, package: Path) -> None:
    gateway: Any = session.client("apigateway")
    role = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": f"arn:aws:iam::{ACCOUNT}:role/logs"}]
    gateway.update_account(patchOperations=role)
    deployment.run(package, ["AccessLog=true"])
    groups = session.client("logs").describe_log_groups(logGroupNamePrefix="/undersigned/undersigned-dev/access")[
        "logGroups"
    ]
    assert [one["retentionInDays"] for one in groups] == [90]


def a_certificate(session: Session) -> str:
    return str(session.client("acm").request_certificate(DomainName="sign.example.org")["CertificateArn"])


def refuses_while_signed(session: Session, stack: Stack, table: str) -> None:
    client = session.client("dynamodb")
    key = {"pk": {"S": "peru#0"}, "sk": {"S": "a"}}
    client.put_item(TableName=table, Item={**key, "signed_at": {"S": "2026"}, "state": {"S": "pending"}})
    with pytest.raises(Refused, match="holds signatures"):
        StageRemoval(session, stack, Person(typing=stack.name)).run(with_data=True)
    assert stack.status == "UPDATE_COMPLETE"
    client.put_item(TableName=table, Item={**key, "signed_at": {"S": "2026"}, "state": {"S": "withdrawn"}})


def test_packages_lie_in_a_private_encrypted_bucket(session: Session) -> None:
    bucket = PackageBucket(session, ACCOUNT)
    bucket.ensure(Person())
    bucket.ensure(Person())
    s3 = session.client("s3")
    assert all(s3.get_public_access_block(Bucket=bucket.name)["PublicAccessBlockConfiguration"].values())
    rules = s3.get_bucket_encryption(Bucket=bucket.name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket.name)["Policy"]
    assert bucket.add(b"same", ".zip") == bucket.add(b"same", ".zip") != bucket.add(b"other", ".zip")


def test_a_no_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Nothing was changed"):
        deploy(session, "undersigned-no", a_package(tmp_path, a_small()), Person(agreeing=False))
    assert the_stack(session, "undersigned-no", Person()).status in {"", "DELETE_COMPLETE"}
    assert tables(session, "undersigned-no") == []


@pytest.mark.parametrize("terminal", [Person(is_sure=True), Person(typing="yes")])
def test_a_table_is_not_replaced_unless_its_stack_is_named(session: Session, tmp_path: Path, terminal: Person) -> None:
    name = f"undersigned-keeps-{int(terminal.is_sure)}"
    deploy(session, name, a_package(tmp_path, a_small()))
    before = tables(session, name)
    with pytest.raises(Refused):
        deploy(session, name, a_package(tmp_path, a_small(key="other")), terminal)
    assert any("REPLACED (holds data)" in said for said in terminal.said)
    assert tables(session, name) == before
    assert the_stack(session, name, terminal).status == "CREATE_COMPLETE"


def test_a_table_is_not_removed_unless_its_stack_is_named(session: Session, tmp_path: Path) -> None:
    template = a_small()
    deploy(session, "undersigned-loses", a_package(tmp_path, template))
    del template["Resources"]["SignaturesTable"]
    with pytest.raises(Refused):
        deploy(session, "undersigned-loses", a_package(tmp_path, template), Person(is_sure=True))
    assert len(tables(session, "undersigned-loses")) == 1
    deploy(session, "undersigned-loses", a_package(tmp_path, template), Person(typing="undersigned-loses"))
    assert tables(session, "undersigned-loses") == []


def test_a_parameter_that_was_set_stays_until_it_is_set_again(session: Session, tmp_path: Path) -> None:
    name = "undersigned-stays"
    deploy(session, name, a_package(tmp_path, a_small()), None, "PublicUrl=https://one.example")
    deploy(session, name, a_package(tmp_path, a_small(Another={"Type": "AWS::SQS::Queue"})), None, "Production=false")
    assert the_stack(session, name, Person()).parameters["PublicUrl"] == "https://one.example"


def test_a_change_that_fails_is_rolled_back_and_said_to_have_failed(session: Session, tmp_path: Path) -> None:
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": PackageBucket(session, ACCOUNT).name}}  # taken
    person = Person()
    with pytest.raises(Refused, match="FAILED above"):
        deploy(session, "undersigned-fails", a_package(tmp_path, a_small(Bad=bad)), person)
    assert any("CREATE_FAILED" in said and "Validation" in said for said in person.said)
    deploy(session, "undersigned-fails", a_package(tmp_path, a_small()))
    assert the_stack(session, "undersigned-fails", person).status == "CREATE_COMPLETE"


def test_destroying_asks_for_the_name_and_keeps_data_by_default(session: Session, tmp_path: Path) -> None:
    template = a_small()
    template["Resources"]["SignaturesTable"] |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    template["Resources"]["SignaturesTable"]["Properties"]["DeletionProtectionEnabled"] = True
    deploy(session, "undersigned-goes", a_package(tmp_path, template))
    stack = the_stack(session, "undersigned-goes", Person())
    with pytest.raises(Refused, match="Nothing was removed"):
        StageRemoval(session, stack, Person(typing="yes")).run(with_data=False)
    assert stack.status == "CREATE_COMPLETE"
    person = Person(typing="undersigned-goes")
    StageRemoval(session, stack, person).run(with_data=False)
    (kept,) = tables(session, "undersigned-goes")
    assert any(kept in said and "stay" in said for said in person.said)
    assert stack.status in {"", "DELETE_COMPLETE"}


def test_a_stack_that_goes_between_two_questions_is_gone(session: Session) -> None:
    person = Person()
    the_stack(session, "undersigned-gone", person)._report_events()
    assert person.said == []


def test_what_is_not_there_cannot_be_destroyed_or_operated(session: Session) -> None:
    stack = the_stack(session, "undersigned-nowhere", Person())
    with pytest.raises(Refused, match="no stack"):
        StageRemoval(session, stack, Person()).run(with_data=False)
    with pytest.raises(Refused, match="Deploy it first"):
        admin_command.settings(session, stack)


def test_the_command_says_where_it_deploys_and_what_comes_next(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.region_name
    monkeypatch.setattr(stack_module, "POLL_SECONDS", 0.1)
    package = a_package(tmp_path, a_small())
    words = ["deploy", "--stage", "cli", "--package", str(package), "--set", "PublicUrl=https://sign.example.org"]
    assert main(words) == 1  # nobody is here to be asked
    assert "YES=1" in capsys.readouterr().err
    assert main([*words, "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"stack undersigned-cli, account {ACCOUNT}, region us-east-1" in said
    assert "Undersigned is deployed at https://sign.example.org" in said
    assert "make api-key STAGE=cli" in said
    assert "make admin STAGE=cli EMAIL=" in said
    assert main(["deploy", "--stage", "cli", "--package", str(package), "--yes"]) == 0
    assert "No changes." in capsys.readouterr().out
    assert main(["destroy", "--stage", "cli"]) == 1
    assert "without YES=1" in capsys.readouterr().err


def test_a_parameter_that_cannot_work_stops_the_command_before_it_packages(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.region_name
    monkeypatch.setattr("deploy.packaging.stage_package.build", lambda *_: pytest.fail("it packages"))
    assert main(["deploy", "--stage", "dev", "--yes", "--set", "ApiDomain=https://sign.example.org/"]) == 1
    assert capsys.readouterr().err.startswith(
        "ApiDomain=https://sign.example.org/ will not do: it must be a bare domain"
    )
    assert main(["deploy", "--stage", "dev", "--yes", "--set", "Misspelt=1"]) == 1
    assert "no parameter Misspelt" in capsys.readouterr().err


def test_a_region_without_ses_stops_the_command_before_it_asks_anything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-2")
    assert main(["deploy", "--stage", "dev", "--yes"]) == 1
    said = capsys.readouterr()
    assert "not in eu-south-2" in said.err
    assert said.out == ""
