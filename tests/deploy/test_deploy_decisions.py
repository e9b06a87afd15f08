"""What is decided before anything is deployed: parameters, what a change endangers, whom to ask, what is left to do."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from deploy import __main__ as main
from deploy.cloudformation import changes, parameters
from deploy.commands import next_steps
from deploy.packaging import stage_package
from deploy.terminal import Refused, Terminal

DECLARED: dict[str, Any] = {
    "ApiDomain": {},
    "PublicUrl": {},
    "Production": {},
    "HostedZone": {},
    "ApiCertificateArn": {},
}


def a_change(action: str = "Modify", kind: str = "AWS::DynamoDB::Table", replacement: str = "False") -> dict[str, Any]:
    facts = {"Action": action, "LogicalResourceId": "Thing", "ResourceType": kind}
    return {"ResourceChange": facts | ({"Replacement": replacement} if action == "Modify" else {})}


def completed(
    values: dict[str, str], current: dict[str, str], api_url: str = "", stage: str = "prod"
) -> dict[str, str]:
    return parameters.completed(values, current, api_url, stage=stage)


@pytest.mark.parametrize("kind", sorted(changes.STATEFUL))
@pytest.mark.parametrize(
    ("action", "replacement", "expected"),
    [
        ("Add", "", False), ("Modify", "False", False), ("Modify", "True", True),
        ("Modify", "Conditional", True), ("Remove", "", True),
    ],
)  # fmt: skip
def test_what_removes_or_replaces_data_is_dangerous(kind: str, action: str, replacement: str, expected: bool) -> None:
    (change,) = changes.read([a_change(action, kind, replacement)])
    assert change.endangers_data is expected


def test_what_holds_no_data_may_be_replaced() -> None:
    (change,) = changes.read([a_change(kind="AWS::Lambda::Function", replacement="True")])
    assert not change.endangers_data


def test_the_table_names_removals_first_and_says_what_holds_data() -> None:
    found = changes.read([a_change("Add"), a_change("Modify", replacement="True"), a_change("Remove")])
    assert changes.table(found).splitlines() == [
        "Action  Resource  Type",
        "Remove  Thing     DynamoDB::Table  (holds data)",
        "Modify  Thing     DynamoDB::Table  REPLACED (holds data)",
        "Add     Thing     DynamoDB::Table",
    ]


def test_every_resource_that_the_template_retains_counts_as_holding_data() -> None:
    from local.aws.template import Template

    resources = Template({}).resources.values()
    retained = {facts["Type"] for facts in resources if "Retain" in facts.get("DeletionPolicy", "")}
    assert retained == changes.STATEFUL


@pytest.mark.parametrize("pair", ["Misspelt=x", "ApiDomain"])
def test_a_parameter_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(Refused):
        parameters.parse([pair], DECLARED)


def test_a_value_may_hold_an_equals_sign_and_may_be_empty() -> None:
    assert parameters.parse(["PublicUrl=https://a/?b=c", "ApiDomain="], DECLARED) == {
        "PublicUrl": "https://a/?b=c",
        "ApiDomain": "",
    }


def test_only_prod_is_protected_unless_told_otherwise_and_not_before_all_is_there() -> None:
    assert completed({}, {})["Production"] == "later"
    assert completed({}, {}, stage="dev")["Production"] == "false"
    assert completed({"Production": "true"}, {}, stage="dev")["Production"] == "later"
    assert completed({}, {"Production": "later"})["Production"] == "true"
    assert completed({"Production": "later"}, {"Production": "later"})["Production"] == "true"
    assert completed({"Production": "false"}, {"Production": "later"})["Production"] == "false"
    assert "Production" not in completed({}, {"Production": "false"})


def test_the_next_try_keeps_what_was_set_for_the_one_that_failed() -> None:
    failed = {"Production": "later", "ApiDomain": "a.example", "HostedZone": "Z"}
    assert parameters.carried({**failed, "PublicUrl": "https://a.example"}) == {
        "ApiDomain": "a.example",
        "HostedZone": "Z",
    }
    assert parameters.carried({**failed, "PublicUrl": ""}) == {"ApiDomain": "a.example", "HostedZone": "Z"}
    assert parameters.carried({**failed, "PublicUrl": "https://cdn.example"})["PublicUrl"] == "https://cdn.example"


def test_a_second_pass_is_for_the_address_and_for_the_protection() -> None:
    assert parameters.awaits_second_pass({"PublicUrl": "https://a", "Production": "true"}) == []
    assert "address" in parameters.awaits_second_pass({"PublicUrl": "", "Production": "false"})[0]
    assert "tables" in parameters.awaits_second_pass({"PublicUrl": "https://a", "Production": "later"})[0]


def test_the_public_url_is_the_domain_else_what_it_was_else_the_apis_own() -> None:
    assert completed({}, {})["PublicUrl"] == ""
    assert completed({}, {"PublicUrl": ""}, "https://api/api")["PublicUrl"] == "https://api/api"
    assert completed({}, {"PublicUrl": "https://mine"}, "https://api/api")["PublicUrl"] == "https://mine"
    assert (
        completed({"PublicUrl": "https://x"}, {"ApiDomain": "sign.example.org", "HostedZone": "Z"})["PublicUrl"]
        == "https://x"
    )
    with_domain = completed(
        {"ApiDomain": "sign.example.org", "ApiCertificateArn": "arn"}, {"PublicUrl": "https://api/api"}
    )
    assert with_domain["PublicUrl"] == "https://sign.example.org"


def test_a_domain_that_goes_takes_its_url_along() -> None:
    before = {"ApiDomain": "sign.example.org", "ApiCertificateArn": "arn", "PublicUrl": "https://sign.example.org"}
    assert completed({"ApiDomain": ""}, before, "https://api/api")["PublicUrl"] == "https://api/api"


def test_what_is_not_named_keeps_its_value_and_what_is_new_gets_the_default() -> None:
    assert parameters.for_cloudformation(
        {"PublicUrl": "x"}, {"PublicUrl": "y", "ApiDomain": "z", "Gone": "1"}, DECLARED
    ) == [
        {"ParameterKey": "ApiDomain", "UsePreviousValue": True},
        {"ParameterKey": "PublicUrl", "ParameterValue": "x"},
    ]


def test_with_nobody_there_questions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(Refused, match="YES=1"):
        Terminal().agrees("Go on?")
    with pytest.raises(Refused, match="person"):
        Terminal().has_typed("undersigned-prod", "Data would go.")


def test_yes_answers_questions_and_types_no_name() -> None:
    assert Terminal(is_sure=True).agrees("Go on?")
    with pytest.raises(Refused, match="person"):
        Terminal(is_sure=True).has_typed("undersigned-prod", "Data would go.")


@pytest.mark.parametrize(("typed", "agreed"), [("y", True), ("Yes ", True), ("", False), ("n", False)])
def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: typed)
    assert Terminal().agrees("Go on?") is agreed
    assert not Terminal().has_typed("undersigned-prod", "")


OUTPUTS = {
    "ApiTarget": "d-1.execute-api", "MailFromDomain": "bounce.example.org", "EndpointURL": "https://api/api/",
    **{f"Dkim{part}{i}": f"{part}{i}" for part in ("Name", "Value") for i in (1, 2, 3)},
}  # fmt: skip


def test_dns_records_are_told_unless_the_zone_has_them() -> None:
    both = {"ApiDomain": "sign.example.org", "MailDomain": "example.org"}
    told = next_steps.records(OUTPUTS, both, "eu-west-1")
    assert ("CNAME", "sign.example.org", "d-1.execute-api") in told
    assert ("CNAME", "Name2", "Value2") in told
    assert ("MX", "bounce.example.org", "10 feedback-smtp.eu-west-1.amazonses.com") in told
    assert [name for _, name, _ in next_steps.records(OUTPUTS, both | {"HostedZone": "Z"}, "")] == [
        "_dmarc.example.org"
    ]
    assert next_steps.records(OUTPUTS, {}, "") == []


def test_the_next_steps_name_the_address_and_hold_no_secret() -> None:
    told = "\n".join(next_steps.lines(OUTPUTS, {}, "eu-west-1", "dev"))
    assert "https://api/api/admin" in told
    assert "make smoke URL=https://api/api " in told
    assert "us_" not in told


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("deploy SET='ApiDomain=a.example HostedZone=Z1' YES=1", {"set": ["ApiDomain=a.example", "HostedZone=Z1"], "yes": True, "stage": "dev"}),
        ("deploy", {"set": [], "yes": False, "package": None}),
        ("destroy", {"data": False, "stage": "dev"}),
        ("destroy DATA=1", {"data": True}),
        ("api-key NAME=\"Ana's, laptop\"", {"name": "Ana's, laptop", "role": "admin"}),
        ("api-key NAME=site ROLE=reader", {"role": "reader"}),
        ("admin EMAIL=ana@example.org NAME=\"Ana's\"", {"email": "ana@example.org", "name": "Ana's"}),
        ("admin EMAIL=ana@example.org NAME=", {"email": "ana@example.org", "name": ""}),
        ("admin-command DO='keys create --name \"A b\" --role admin'", {"command": ["keys", "create", "--name", "A b", "--role", "admin"]}),
    ],
)  # fmt: skip
def test_make_hands_everything_on(target: str, expected: dict[str, Any]) -> None:
    words = shlex.split(target)
    shown = subprocess.run(
        ["make", "--dry-run", "--silent", *words, "STAGE=dev", "BIN=bin", "MO=", "DEV=", "RUN="],
        cwd=stage_package.ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    (line,) = [one for one in shown.splitlines() if "-m deploy " in one]
    given = dict(word.split("=", 1) for word in words[1:])
    handed_on = [given[word[1:]] if word in {"$NAME", "$EMAIL"} else word for word in shlex.split(line)[3:]]
    asked = vars(main._parser().parse_args(handed_on))
    assert {name: asked[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("old", "new"), [("keys", "api-key"), ("operate", "admin-command"), ("campaigns", "apply-campaigns")]
)
def test_the_earlier_name_of_a_target_says_the_new_one_and_does_the_same(old: str, new: str) -> None:
    def shown(*words: str) -> str:
        command = ["make", "--silent", *words, "BIN=bin", "MO=", "DEV=", "RUN=", "CLIENT=", "NAME=Ana's, laptop"]
        return subprocess.run(command, cwd=stage_package.ROOT, check=True, capture_output=True, text=True).stdout

    renamed = shown("--dry-run", new)
    assert renamed.startswith("bin/")
    notice, _, rest = shown("--dry-run", old).partition("\n")
    assert f"make {old} is now make {new}" in notice
    assert rest.endswith(renamed)
    assert f"make {new} " in shown("help")
    assert f"make {old} " not in shown("help")


def test_without_a_region_nothing_is_tried(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert main.main(["destroy", "--stage", "dev"]) == 1
    assert "No region is set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("at", "told"),
    [("", "As of when?"), ("yesterday", "is not a date and time"), ("2026-11-24T10:00:00", "needs a time zone")],
)
def test_a_moment_that_is_none_is_told_before_aws_is_asked(
    at: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["restore", "--stage", "dev", "--drill", "--at", at]) == 1
    assert told in capsys.readouterr().err


def test_whoever_has_no_credentials_is_told_how_to_get_some(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(*_: Any) -> None:
        raise NoCredentialsError

    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "eu-west-1")
    monkeypatch.setattr("deploy.commands.admin_command.run", nobody)
    assert main.main(["admin-command", "--stage", "dev", "verify"]) == 1
    assert "aws sso login" in capsys.readouterr().err
