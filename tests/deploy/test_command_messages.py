"""What somebody at a terminal reads when a command cannot do what they want: why, and what to do next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ProfileNotFound, SSOTokenLoadError, TokenRetrievalError

from deploy import __main__ as command
from deploy.cloudformation.stack import Stack
from deploy.commands import next_steps
from deploy.commands.account_checks import _reserved
from deploy.commands.destroy import StageRemoval
from deploy.terminal import Refused
from tests.kit.deployments import Person, a_package, a_small, deploy, tables, the_stack
from tests.kit.expanded_template import expanded

if TYPE_CHECKING:
    from pathlib import Path

    from boto3.session import Session


@pytest.fixture
def somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "eu-west-1")


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SSOTokenLoadError(error_msg="it is gone"), "aws sso login"),
        (TokenRetrievalError(provider="sso", error_msg="expired"), "aws sso login"),
        (KeyboardInterrupt(), "goes on without you; run the same command again"),
    ],
)
def test_what_stops_a_command_is_said_with_the_way_on(
    error: BaseException,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(*_: Any) -> int:
        raise error

    monkeypatch.setattr("deploy.commands.admin_command.run", fails)
    assert command.main(["admin-command", "--stage", "dev", "verify"]) == 1
    assert said in capsys.readouterr().err


def test_a_profile_that_nobody_made_is_told_how_to_make(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> Any:
        raise ProfileNotFound(profile="undersigned")

    monkeypatch.setattr("boto3.session.Session", fails)
    assert command.main(["destroy", "--stage", "dev"]) == 1
    said = capsys.readouterr().err
    assert "(undersigned)" in said
    assert "aws configure sso makes one" in said


@pytest.mark.usefixtures("somewhere")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deploy", "--stage", "prodd", "--yes"], "no stage prodd, only dev, prod. To add one, see"),
        (["api-key", "--stage", "dev", "--name", " "], 'make api-key STAGE=dev NAME="Ana, laptop"'),
        (["admin", "--stage", "dev", "--email", ""], "make admin STAGE=dev EMAIL=ana@example.org"),
    ],
)
def test_what_was_left_out_is_asked_for_before_aws_is(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Stack, "find", lambda _: pytest.fail("it asks AWS"))
    assert command.main(words) == 1
    assert said in capsys.readouterr().err


def test_the_smoke_test_is_shown_with_a_sender_as_there_is_no_campaign_yet() -> None:
    outputs = {"EndpointURL": "https://api/api/", "MailFromDomain": ""}
    said = next_steps.lines(outputs, {"MailDomain": "example.org", "HostedZone": "Z"}, "eu-west-1", "prod")
    assert "  make smoke URL=https://api/api SENDER=actions@example.org        (asks for that key)" in said
    assert any(
        "SENDER=actions@a-domain-that-SES" in line for line in next_steps.lines(outputs, {}, "eu-west-1", "prod")
    )


def test_a_dashboard_on_a_host_of_its_own_is_where_to_sign_in() -> None:
    parameters = {"PublicUrl": "https://sign.example.org", "DashboardUrl": "https://admin.example.org"}
    assert "Dashboard: https://admin.example.org/admin" in next_steps.lines({}, parameters, "eu-west-1", "prod")


# ── on an engine ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [["api-key", "--name", "Ana"], ["admin", "--email", "a@example.org"], ["destroy"], ["restore", "--at", "2026-11-24T10:00Z", "--yes"]],
)  # fmt: skip
def test_a_stage_that_is_elsewhere_is_looked_for_elsewhere(
    session: Session, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([*words, "--stage", "elsewhere"]) == 1
    said = capsys.readouterr().err
    assert f"no stack undersigned-elsewhere in {session.region_name}. Deploy it first, or" in said
    assert "AWS_PROFILE" in said


@pytest.mark.engine
@pytest.mark.slow
def test_what_the_account_lacks_and_a_busy_stack_are_said_before_a_minute_goes_into_packaging(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deploy.packaging.stage_package.build", lambda *_: pytest.fail("it packages"))
    arn = f"arn:aws:acm:{session.region_name}:000000000000:certificate/0123"
    pairs = ["--set", "ApiDomain=sign.example.org", "--set", f"ApiCertificateArn={arn}"]
    assert command.main(["deploy", "--stage", "dev", "--yes", *pairs]) == 1
    assert f"There is no certificate {arn}" in capsys.readouterr().err
    monkeypatch.setattr(Stack, "status", "UPDATE_IN_PROGRESS")
    assert command.main(["deploy", "--stage", "dev", "--yes"]) == 1
    assert "is UPDATE_IN_PROGRESS. Try again when that has finished" in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_reserved_is_known_before_packaging() -> None:
    before = json.loads(command.TEMPLATE.read_text())
    sums = [
        sum(_reserved(one.get("Properties", {})) for one in made["Resources"].values()) for made in (before, expanded())
    ]
    assert sums[0] == sums[1] > 0


class Leaving(Person):
    """Presses Ctrl-C instead of answering."""

    def agrees(self, question: str) -> bool:
        raise KeyboardInterrupt(question)


@pytest.mark.engine
@pytest.mark.slow
def test_whoever_leaves_at_the_question_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    name = "undersigned-left"
    with pytest.raises(KeyboardInterrupt):
        deploy(session, name, a_package(tmp_path, a_small()), Leaving())
    assert the_stack(session, name, Person()).status in {"", "DELETE_COMPLETE"}
    assert tables(session, name) == []


@pytest.mark.engine
@pytest.mark.slow
def test_that_data_stays_is_said_while_it_can_still_be_chosen_otherwise(session: Session, tmp_path: Path) -> None:
    name = "undersigned-stays-behind"
    deploy(session, name, a_package(tmp_path, a_small()))
    person = Person(typing=name)
    StageRemoval(session, the_stack(session, name, person), person).run(with_data=False)
    asked = person.said.index("Every form, page and link of this stage will stop working.")
    assert "DATA=1 would remove them too" in "\n".join(person.said[:asked])
    assert "by hand" in person.said[-1]
    with pytest.raises(Refused, match="no stack"):
        StageRemoval(session, the_stack(session, name, person), person).run(with_data=True)
