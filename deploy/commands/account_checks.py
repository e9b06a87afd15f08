"""Looks at the account before anything is created: what a deployment would fail on later, or what it could not do. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore
from botocore.exceptions import UnknownRegionError

from deploy.commands.aws_questions import Questions
from deploy.commands.domain_checks import DomainChecks
from deploy.packaging.regional_resources import has_budgets
from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boto3.session import Session

    from deploy.cloudformation.stack import Stack
    from deploy.terminal import Terminal

# Lambda keeps this many executions for functions that reserve none ("Understanding Lambda function scaling").
KEPT_BY_LAMBDA = 100
USUAL_EXECUTIONS = 1000
SNS_OWN_KEY = "alias/aws/sns"


def refuse_without_ses(session: Session) -> None:
    """Raise Refused when SES is not in the session's region, as far as this botocore knows."""
    region = str(session.region_name)
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        raise Refused(f"There is no region {region}, as far as botocore {botocore.__version__} knows.") from None
    with_ses = session.get_available_regions("sesv2", partition)
    if region not in with_ses:
        near = [one for one in with_ses if one.split("-")[0] == region.split("-", maxsplit=1)[0]] or with_ses
        there = f"Use one of {', '.join(near)}." if near else "No region of that partition has it."
        raise Refused(f"SES, which sends the emails, is not in {region}. {there}")


def refuse_without_budgets(region: str, pairs: Sequence[str]) -> None:
    """Raise Refused when a budget is asked for where CloudFormation has none."""
    asked = [one for one in pairs if one.startswith("Budget") and one.partition("=")[2] not in {"", "0"}]
    if asked and not has_budgets(region):
        raise Refused(
            f"CloudFormation has no budgets in {region}. Leave out {' and '.join(asked)}, and create one in the console: "
            "https://console.aws.amazon.com/costmanagement/home#/budgets"
        )


@dataclass(frozen=True, slots=True)
class AccountChecks:
    """Checks of the parameters that a deployment would change, and of the account at the first one."""

    session: Session
    stack: Stack
    terminal: Terminal

    @property
    def questions(self) -> Questions:
        """Questions to this account."""
        return Questions(self.session)

    def run(self, values: Mapping[str, str], current: Mapping[str, str], template: Mapping[str, Any]) -> None:
        """Raise Refused for what cannot work; say what works only in part. `values` are all that would be in effect."""
        changed = {name for name, value in values.items() if value != current.get(name, "")}
        DomainChecks(self.questions, self.stack).run(values, changed)
        if values.get("AlarmTopic") and "AlarmTopic" in changed:
            self._check_topic(values["AlarmTopic"])
        if values.get("ReserveConcurrency") == "true" and "ReserveConcurrency" in changed:
            self._check_concurrency(template)
        if values.get("AccessLog") == "true" and "AccessLog" in changed:
            self._check_logging_role()
        if not current:
            self._tell_of_ses()
            self._tell_of_limits(values)

    def _check_topic(self, arn: str) -> None:
        self.questions.refuse_elsewhere("AlarmTopic", arn)
        facts = self.questions.ask("sns", "get_topic_attributes", f"There is no topic {arn}.", TopicArn=arn)
        if not facts:
            return
        if facts["Attributes"].get("KmsMasterKeyId", "").endswith(SNS_OWN_KEY):
            raise Refused(
                f"{arn} is encrypted with {SNS_OWN_KEY}, which CloudWatch may not use: alarms would reach nobody. "
                "Turn its encryption off, or use a key of your own that lets cloudwatch.amazonaws.com in."
            )
        if facts["Attributes"].get("SubscriptionsConfirmed", "0") == "0":
            self.terminal.say(f"Nobody has confirmed a subscription to {arn} yet: until then alarms reach nobody.")

    def _check_concurrency(self, template: Mapping[str, Any]) -> None:
        wanted = KEPT_BY_LAMBDA + sum(_reserved(one.get("Properties", {})) for one in template["Resources"].values())
        if 0 < (limit := self._executions()) < wanted:
            raise Refused(
                f"ReserveConcurrency needs {wanted} concurrent executions; Lambda allows this account {limit}. "
                "Ask for 1,000 in Service Quotas."
            )

    def _check_logging_role(self) -> None:
        # One role for all APIs of the account and region: a stack that set it would take it from the others.
        facts = self.questions.ask("apigateway", "get_account")
        if facts is not None and not facts.get("cloudwatchRoleArn"):
            raise Refused(
                "AccessLog needs a role with which API Gateway writes logs, once for the account and region, and there is "
                "none. docs/operations.md#access-log says how to give it one."
            )

    def _tell_of_ses(self) -> None:
        facts = self.questions.ask("sesv2", "get_account")
        if not facts:
            return
        if not facts.get("ProductionAccessEnabled"):
            self.terminal.say(
                "SES is in its sandbox in this region: it only sends to addresses you have verified. "
                "Asking AWS to lift that takes a day, so ask now (docs/deploying.md, step 4)."
            )
        if facts.get("EnforcementStatus", "HEALTHY") != "HEALTHY" or facts.get("SendingEnabled") is False:
            self.terminal.say("AWS has put SES in this account under review or paused it: see the SES console.")

    def _tell_of_limits(self, values: Mapping[str, str]) -> None:
        if 0 < (limit := self._executions()) < USUAL_EXECUTIONS:
            self.terminal.say(
                f"Lambda allows this account {limit} concurrent executions, so about {limit} signatures a second at most. "
                "Ask for 1,000 in Service Quotas before a big day."
            )
        throttle = (self.questions.ask("apigateway", "get_account") or {}).get("throttleSettings", {})
        if 0 < (rate := throttle.get("rateLimit", 0)) < float(values.get("ApiRate") or 0):
            self.terminal.say(f"API Gateway allows this account {rate:.0f} requests a second, fewer than ApiRate.")

    def _executions(self) -> int:
        """How many Lambda runs at once in this account; 0 when it may not be asked."""
        facts = self.questions.ask("lambda", "get_account_settings")
        return int(facts["AccountLimit"]["ConcurrentExecutions"]) if facts else 0


def _reserved(properties: Mapping[str, Any]) -> int:
    value = properties.get("ReservedConcurrentExecutions", 0)
    return int(value["Fn::If"][1] if isinstance(value, dict) else value)
