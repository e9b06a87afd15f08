"""Every state a stack can be in has a way on: each is reached on an engine, or set where only AWS gets there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends

from deploy.cloudformation import stack_states
from deploy.cloudformation.stack_states import ROWS, Way
from deploy.commands.account_checks import AccountChecks
from deploy.commands.data_removal import DataRemoval, holding_data
from deploy.commands.destroy import StageRemoval
from deploy.commands.stack_recovery import StackRecovery
from deploy.packaging import stage_package
from deploy.terminal import Refused
from tests.kit.deployments import Person, a_deployment, a_package, a_small, tables, the_stack
from tests.kit.expanded_template import expanded
from tests.kit.protecting_ministack import JAM

if TYPE_CHECKING:
    from pathlib import Path

    from boto3.session import Session

pytestmark = [pytest.mark.engine, pytest.mark.slow]
URL = "PublicUrl=https://sign.example.org"
# It fails when the tables are there, because there is no such secret.
BAD = {
    "Type": "AWS::SQS::Queue", "DependsOn": "SignaturesTable",
    "Properties": {"QueueName": "{{resolve:secretsmanager:nowhere:SecretString}}"},
}  # fmt: skip


def a_protected(**more: Any) -> dict[str, Any]:
    """The small template, its table protected and kept as in the real one."""
    template = a_small(**more)
    template["Conditions"] = {"IsProduction": {"Fn::Equals": [{"Ref": "Production"}, "true"]}}
    table = template["Resources"]["SignaturesTable"]
    table |= {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    table["Properties"]["DeletionProtectionEnabled"] = {"Fn::If": ["IsProduction", True, False]}
    return template


def deploy(session: Session, name: str, folder: Path, template: dict[str, Any], person: Person, *pairs: str) -> None:
    stack = the_stack(session, name, person)
    a_deployment(session, stack, person, "prod").run(a_package(folder, template), [URL, *pairs])


def status(session: Session, name: str) -> str:
    return the_stack(session, name, Person()).status


def by_hand(session: Session, name: str, template: dict[str, Any], **more: Any) -> None:
    """As some other tool would create or update it, protected from the start. Waits for the end."""
    client: Any = session.client("cloudformation")
    work = client.update_stack if status(session, name) else client.create_stack
    parameters = [{"ParameterKey": "Production", "ParameterValue": "true"}]
    work(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters, **more)
    while status(session, name).endswith("IN_PROGRESS"):
        pass


def is_protected(session: Session, table: str) -> bool:
    return bool(session.client("dynamodb").describe_table(TableName=table)["Table"]["DeletionProtectionEnabled"])


def test_a_first_deployment_that_fails_leaves_no_table_and_the_next_one_protects_them(
    session: Session, tmp_path: Path
) -> None:
    template, person = expanded(), Person()
    template["Resources"]["Bad"] = BAD | {"DependsOn": ["SignaturesTable", "RegistryTable"]}
    with pytest.raises(Refused, match="FAILED above"):
        deploy(session, "undersigned-prod", tmp_path, template, person, "LogRetentionDays=30")
    assert status(session, "undersigned-prod") == "ROLLBACK_COMPLETE"
    assert tables(session, "undersigned-prod") == []

    del template["Resources"]["Bad"]
    deploy(session, "undersigned-prod", tmp_path, template, person)
    parameters = the_stack(session, "undersigned-prod", person).parameters
    assert (parameters["Production"], parameters["LogRetentionDays"]) == ("true", "30")
    assert [is_protected(session, table) for table in tables(session, "undersigned-prod")] == [True, True]
    assert any("protecting the tables" in said for said in person.said)

    person.said.clear()
    deploy(session, "undersigned-prod", tmp_path, template, person)
    assert person.said == ["No changes."]
    stack = the_stack(session, "undersigned-prod", person)
    StageRemoval(session, stack, Person(typing=stack.name)).run(with_data=True)


def test_what_an_interrupted_first_deployment_left_unprotected_is_protected_by_the_next(
    session: Session, tmp_path: Path
) -> None:
    name = "undersigned-interrupted"
    by_hand(session, name, a_protected())
    client: Any = session.client("cloudformation")
    parameters = [
        {"ParameterKey": "Production", "ParameterValue": "later"},
        {"ParameterKey": "PublicUrl", "ParameterValue": "x"},
    ]
    client.update_stack(StackName=name, UsePreviousTemplate=True, Parameters=parameters)
    while status(session, name) != "UPDATE_COMPLETE":
        pass
    (table,) = tables(session, name)
    assert not is_protected(session, table)
    deploy(session, name, tmp_path, a_protected(), Person())
    assert is_protected(session, table)


def a_rollback_that_failed(session: Session, name: str) -> str:
    """A first deployment whose table was protected too early; the table's name."""
    by_hand(session, name, a_protected(Bad=BAD))
    assert status(session, name) == "ROLLBACK_FAILED"
    (table,) = tables(session, name)
    return table


def test_a_rollback_that_failed_at_a_protected_table_is_cleared_away(session: Session, tmp_path: Path) -> None:
    name, person = "undersigned-stuck", Person()
    left = a_rollback_that_failed(session, name)
    deploy(session, name, tmp_path, a_protected(), person)
    assert status(session, name) == "UPDATE_COMPLETE"
    assert any("ROLLBACK_FAILED" in said for said in person.said)
    assert any(said.startswith(f"Table {left}") and "removing it" in said for said in person.said)


def test_the_next_try_looks_at_the_account_as_a_first_one_does(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, before = "undersigned-again", []
    a_rollback_that_failed(session, name)
    monkeypatch.setattr(AccountChecks, "run", lambda _self, _values, current, _template: before.append(current))
    deploy(session, name, tmp_path, a_protected(), Person())
    deploy(session, name, tmp_path, a_protected(), Person())
    assert before[0] == {}
    assert before[1]["Production"] == "true"


def test_what_a_rollback_has_deleted_is_not_left(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"LogicalResourceId": "SignaturesTable", "ResourceType": "AWS::DynamoDB::Table", "PhysicalResourceId": "a"}
    gone = {**table, "ResourceStatus": "DELETE_COMPLETE"}  # AWS goes on listing it
    left = {**table, "ResourceStatus": "DELETE_FAILED", "PhysicalResourceId": "b"}
    unnamed = {**table, "ResourceStatus": "CREATE_FAILED", "PhysicalResourceId": ""}
    queue = {**left, "ResourceType": "AWS::SQS::Queue"}
    stack = the_stack(session, "undersigned-listed", Person())
    monkeypatch.setattr(stack, "resources", lambda: [gone, left, unnamed, queue])
    assert holding_data(stack) == [left]


def test_what_cloudformation_would_delete_itself_is_unprotected_first(session: Session, tmp_path: Path) -> None:
    name, template = "undersigned-unkept", a_protected(Bad=BAD)
    template["Resources"]["SignaturesTable"] |= {"DeletionPolicy": "Delete"}
    by_hand(session, name, template)
    assert status(session, name) == "ROLLBACK_FAILED"
    del template["Resources"]["Bad"]
    deploy(session, name, tmp_path, template, Person())
    assert status(session, name) == "UPDATE_COMPLETE"


def test_what_is_left_is_not_removed_when_it_holds_something(session: Session, tmp_path: Path) -> None:
    name = "undersigned-filled"
    table = a_rollback_that_failed(session, name)
    client = session.client("dynamodb")
    client.put_item(TableName=table, Item={"pk": {"S": "a"}, "state": {"S": "pending"}})
    with pytest.raises(Refused, match="holds signatures"):
        deploy(session, name, tmp_path, a_protected(), Person(typing=name))
    client.put_item(TableName=table, Item={"pk": {"S": "a"}, "state": {"S": "withdrawn"}})
    with pytest.raises(Refused, match="Nothing was changed"):
        deploy(session, name, tmp_path, a_protected(), Person(typing="yes"))
    assert (tables(session, name), is_protected(session, table)) == ([table], True)
    deploy(session, name, tmp_path, a_protected(), Person(typing=name))
    (fresh,) = tables(session, name)
    assert client.scan(TableName=fresh)["Items"] == []


def test_a_no_leaves_a_failed_first_deployment_as_it_is(session: Session, tmp_path: Path) -> None:
    name = "undersigned-leftover"
    table = a_rollback_that_failed(session, name)
    with pytest.raises(Refused, match="Nothing was changed"):
        deploy(session, name, tmp_path, a_protected(), Person(agreeing=False))
    assert (status(session, name), is_protected(session, table)) == ("ROLLBACK_FAILED", True)


def test_a_creation_that_was_not_rolled_back_is_cleared_away(session: Session, tmp_path: Path) -> None:
    name = "undersigned-halfway"
    by_hand(session, name, a_protected(Bad=BAD), DisableRollback=True)
    assert status(session, name) == "CREATE_FAILED"
    deploy(session, name, tmp_path, a_protected(), Person())
    assert status(session, name) == "UPDATE_COMPLETE"
    assert len(tables(session, name)) == 1


def test_a_mail_identity_goes_only_with_the_unfinished_stack_that_made_it(session: Session) -> None:
    name, ses = "undersigned-identity", session.client("sesv2")
    identity = {
        "Type": "AWS::SES::EmailIdentity", "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {"EmailIdentity": "made.example"},
    }  # fmt: skip
    by_hand(
        session, name, a_protected(MailIdentity=identity, Bad=BAD | {"DependsOn": "MailIdentity"}), DisableRollback=True
    )
    assert status(session, name) == "CREATE_FAILED"
    stack, person = the_stack(session, name, Person()), Person()
    left = [one for one in stack.resources() if one["LogicalResourceId"] == "MailIdentity"]
    StackRecovery(session, stack, person).make_ready()
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_identity(EmailIdentity="made.example")
    assert any("made.example: removed" in said for said in person.said)

    ses.create_email_identity(EmailIdentity="made.example")  # somebody else's, from here on
    DataRemoval(session, person).remove_unfinished({**left[0], "ResourceStatus": "CREATE_FAILED"})
    assert ses.get_email_identity(EmailIdentity="made.example")
    ses.delete_email_identity(EmailIdentity="made.example")


def test_an_update_that_stopped_half_way_is_rolled_back_first(session: Session, tmp_path: Path) -> None:
    name = "undersigned-stopped"
    deploy(session, name, tmp_path, a_protected(), Person())
    before = tables(session, name)
    by_hand(session, name, a_protected(Bad=BAD), DisableRollback=True)
    assert status(session, name) == "UPDATE_FAILED"
    with pytest.raises(Refused, match="Nothing was changed"):
        deploy(session, name, tmp_path, a_protected(), Person(agreeing=False))
    deploy(session, name, tmp_path, a_protected(Another={"Type": "AWS::SQS::Queue"}), Person())
    assert (status(session, name), tables(session, name)) == ("UPDATE_COMPLETE", before)


def test_a_rollback_of_an_update_that_failed_is_taken_up_again(session: Session, tmp_path: Path) -> None:
    name, client = "undersigned-stalled", session.client("dynamodb")
    deploy(session, name, tmp_path, a_protected(), Person(), "Production=false")
    before = tables(session, name)
    facts = a_small()["Resources"]["SignaturesTable"]["Properties"]
    client.create_table(TableName=JAM, **facts)
    by_hand(session, name, a_protected(Bad=BAD))
    assert status(session, name) == "UPDATE_ROLLBACK_FAILED"
    person = Person()
    with pytest.raises(Refused, match="is UPDATE_ROLLBACK_FAILED: the first line with FAILED"):
        deploy(session, name, tmp_path, a_protected(), person)
    assert any("FAILED" in said and JAM in said for said in person.said)

    client.delete_table(TableName=JAM)
    deploy(session, name, tmp_path, a_protected(Another={"Type": "AWS::SQS::Queue"}), Person())
    assert (status(session, name), tables(session, name)) == ("UPDATE_COMPLETE", before)


def test_a_removal_that_failed_is_done_again_by_destroy(session: Session, tmp_path: Path) -> None:
    name, template = "undersigned-undead", a_protected()
    template["Resources"]["SignaturesTable"] |= {"DeletionPolicy": "Delete"}
    deploy(session, name, tmp_path, template, Person())
    stack = the_stack(session, name, Person())
    with pytest.raises(Refused, match="DELETE_FAILED: the first line"):
        StageRemoval(session, stack, Person(typing=name)).run(with_data=False)
    with pytest.raises(Refused, match="make destroy again"):
        deploy(session, name, tmp_path, template, Person())
    (table,) = tables(session, name)
    session.client("dynamodb").update_table(TableName=table, DeletionProtectionEnabled=False)
    StageRemoval(session, stack, Person(typing=name)).run(with_data=False)
    assert tables(session, name) == []


@pytest.mark.parametrize(
    "state", [one for one in ROWS if ROWS[one].way in {Way.WAIT, Way.REFUSE}] + ["NEW_IN_PROGRESS", "NEW"]
)
def test_where_nothing_can_be_done_the_command_says_what_can(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        session = boto3.session.Session(region_name="us-east-1")
        queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
        session.client("cloudformation").create_stack(StackName="undersigned-prod", TemplateBody=json.dumps(queue))
        (made,) = cloudformation_backends["123456789012"]["us-east-1"].stacks.values()
        made.status = state
        stack, person = the_stack(session, "undersigned-prod", Person()), Person(typing="undersigned-prod")
        with pytest.raises(Refused, match=rf"is {state}\. ") as refusal:
            StackRecovery(session, stack, person).make_ready()
        assert str(refusal.value).endswith(".")
        if state.endswith("IN_PROGRESS"):
            assert "Try again when that has finished" in str(refusal.value)
            with pytest.raises(Refused, match="Try again when that has finished"):
                StageRemoval(session, stack, person).run(with_data=False)
        assert person.said == []


def test_no_state_is_left_out_and_the_page_shows_them_all() -> None:
    model: Any = botocore.session.get_session().get_service_model("cloudformation")
    assert sorted(ROWS) == sorted(model.shape_for("StackStatus").enum)
    assert sum(len(row.states) for row in stack_states.TABLE) == len(ROWS)
    page = (stage_package.ROOT / "docs" / "deploying.md").read_text()
    lines = [
        f"| {', '.join(f'`{state}`' for state in row.states)} | {row.meaning} | {row.deploy_does} |"
        for row in stack_states.TABLE
    ]
    assert "\n".join(lines) in page
