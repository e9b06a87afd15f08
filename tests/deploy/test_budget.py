"""A budget is made when an amount and an address are given, and left out where CloudFormation knows none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from deploy.__main__ import main
from deploy.packaging import regional_resources, runtimes, stage_package, template_checks
from deploy.packaging.lambda_zip import PackageFailed
from local.aws.template import Template
from local.startup.environment import AWS

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT = ("eu-north-1", "eu-south-1", "eu-central-2")
GIVEN = {"BudgetAmount": "20", "BudgetEmail": "treasurer@example.org"}


@pytest.mark.parametrize("parameters", [{}, {"BudgetAmount": "20"}, {"BudgetEmail": "treasurer@example.org"}])
def test_there_is_none_unless_both_are_given(parameters: dict[str, str]) -> None:
    assert Template({})._conditions[Template({}).resources["Budget"]["Condition"]]
    assert not Template(parameters)._holds("HasBudget")


def test_it_tells_the_address_of_half_of_it_of_all_of_it_and_of_what_is_to_come() -> None:
    template = Template(GIVEN)
    assert template._holds("HasBudget")
    budget = template.properties("Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "20", "Unit": "USD"}
    assert budget["Budget"]["TimeUnit"] == "MONTHLY"
    told = budget["NotificationsWithSubscribers"]
    when = [(one["Notification"]["NotificationType"], one["Notification"]["Threshold"]) for one in told]
    assert when == [("ACTUAL", 50), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert {(one["SubscriptionType"], one["Address"]) for each in told for one in each["Subscribers"]} == {
        ("EMAIL", "treasurer@example.org")
    }


def test_it_is_as_the_model_of_aws_wants_it() -> None:
    """No engine here makes budgets: this is what CloudFormation would ask for."""
    budget = Template(GIVEN).properties("Budget")
    asked = {
        "AccountId": "000000000000",
        **budget,
        "Budget": {"BudgetName": "made up by CloudFormation", **budget["Budget"]},
    }
    model = botocore.session.get_session().get_service_model("budgets").operation_model("CreateBudget")
    assert model.input_shape is not None
    assert ParamValidator().validate(asked, model.input_shape).generate_report() == ""


@pytest.mark.slow
@pytest.mark.parametrize("region", WITHOUT[:1])
def test_a_package_for_a_region_without_budgets_has_none(tmp_path: Path, region: str) -> None:
    packaged = stage_package.checked() / "sam.json"
    path = tmp_path / "sam.json"
    path.write_text(packaged.read_text())
    with pytest.raises(PackageFailed, match=f"AWS::Budgets::Budget' does not exist in '{region}'"):
        template_checks.check(path, region, runtimes.configured())
    regional_resources.fit(path, region)
    template_checks.check(path, region, runtimes.configured())
    assert "Budget" not in path.read_text()


def test_a_region_with_budgets_keeps_its_template(tmp_path: Path) -> None:
    path = tmp_path / "sam.json"
    path.write_text("{}")
    regional_resources.fit(path, "eu-west-1")
    assert path.read_text() == "{}"


def test_nothing_but_the_budget_is_taken_out() -> None:
    whole: dict[str, Any] = json.loads((stage_package.ROOT / ".chalice" / "resources.json").read_text())
    left = regional_resources.without_budget(whole)
    gone = {section: set(whole[section]) - set(left[section]) for section in whole}
    assert {section: names for section, names in gone.items() if names} == {
        "Parameters": {"BudgetAmount", "BudgetEmail"},
        "Rules": {"BudgetNeedsAddress", "BudgetNeedsAmount"},
        "Conditions": {"HasBudget"},
        "Resources": {"Budget"},
    }


def test_a_budget_that_cannot_be_made_is_refused_before_anything_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**AWS, "AWS_DEFAULT_REGION": "eu-north-1"}.items():
        monkeypatch.setenv(name, value)
    asked = [word for name, value in GIVEN.items() for word in ("--set", f"{name}={value}")]
    assert main(["deploy", "--stage", "dev", "--yes", *asked]) == 1
    said = capsys.readouterr()
    assert "no budgets in eu-north-1" in said.err
    assert "budgets" in said.err.rpartition("https://")[2]
    assert said.out == ""


def test_the_guide_names_regions_without_budgets() -> None:
    assert not any(map(regional_resources.has_budgets, WITHOUT))
    guide = (stage_package.ROOT / "docs" / "deploying.md").read_text()
    assert "such as Stockholm, Milan and Zurich" in guide
