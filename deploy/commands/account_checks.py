"""Looks at the account before anything is created: what a deployment would fail on half an hour later. It changes nothing.

What may not be looked at (an AWS error other than "there is none") is passed over: CloudFormation will say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore
from botocore.exceptions import BotoCoreError, ClientError, UnknownRegionError

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boto3.session import Session

    from deploy.cloudformation.stack import Stack
    from deploy.terminal import Terminal

# Lambda keeps this many executions for functions that reserve none ("Understanding Lambda function scaling").
KEPT_BY_LAMBDA = 100
MISSING = {"ResourceNotFoundException", "NotFoundException", "NoSuchHostedZone", "NotFound", "InvalidInput"}


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


@dataclass(frozen=True, slots=True)
class AccountChecks:
    """Checks of the parameters that a deployment would change."""

    session: Session
    stack: Stack
    terminal: Terminal

    def run(self, values: Mapping[str, str], current: Mapping[str, str], template: Mapping[str, Any]) -> None:
        """Raise Refused for what cannot work; say what works only in part. `values` are all that would be in effect."""
        changed = {name for name, value in values.items() if value != current.get(name, "")}
        if values.get("AlarmTopic") and "AlarmTopic" in changed:
            self._check_topic(values["AlarmTopic"])
        if values.get("ApiCertificateArn") and changed & {"ApiCertificateArn", "ApiDomain"}:
            self._check_certificate(values["ApiCertificateArn"], values.get("ApiDomain", ""))
        if values.get("HostedZone") and changed & {"HostedZone", "ApiDomain", "MailDomain"}:
            self._check_zone(values["HostedZone"], [values.get("ApiDomain", ""), values.get("MailDomain", "")])
        if values.get("MailDomain") and "MailDomain" in changed:
            self._check_identity(values["MailDomain"])
        if values.get("ReserveConcurrency") == "true" and "ReserveConcurrency" in changed:
            self._check_concurrency(template)
        if values.get("AccessLog") == "true" and "AccessLog" in changed:
            self._check_logging_role()
        if not current:
            self._tell_of_ses()

    def _check_topic(self, arn: str) -> None:
        self._refuse_elsewhere("AlarmTopic", arn)
        facts = self._ask("sns", "get_topic_attributes", f"There is no topic {arn}.", TopicArn=arn)
        if facts and facts["Attributes"].get("SubscriptionsConfirmed", "0") == "0":
            self.terminal.say(f"Nobody has confirmed a subscription to {arn} yet: until then alarms reach nobody.")

    def _check_certificate(self, arn: str, domain: str) -> None:
        self._refuse_elsewhere("ApiCertificateArn", arn)
        facts = self._ask("acm", "describe_certificate", f"There is no certificate {arn}.", CertificateArn=arn)
        if not facts:
            return
        certificate = facts["Certificate"]
        names = {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])}
        if domain and not names & {domain, f"*.{domain.partition('.')[2]}"}:
            raise Refused(f"The certificate is for {', '.join(sorted(names))}, not for {domain}.")
        if certificate["Status"] != "ISSUED":
            raise Refused(
                f"The certificate is {certificate['Status']}. Create the DNS record that ACM shows for it, wait until it "
                "is ISSUED, and run this again."
            )

    def _check_zone(self, zone: str, domains: list[str]) -> None:
        facts = self._ask("route53", "get_hosted_zone", f"There is no hosted zone {zone} in this account.", Id=zone)
        if not facts:
            return
        name = facts["HostedZone"]["Name"].rstrip(".")
        if facts["HostedZone"].get("Config", {}).get("PrivateZone"):
            raise Refused(f"The hosted zone {zone} ({name}) is private: nobody on the internet would find its records.")
        for domain in filter(None, domains):
            if domain != name and not domain.endswith(f".{name}"):
                raise Refused(f"The hosted zone {zone} is for {name}; {domain} is not in it.")

    def _check_identity(self, domain: str) -> None:
        resources = self.stack.resources() if self.stack.status else []
        identities = [one for one in resources if one["LogicalResourceId"] == "MailIdentity"]
        is_ours = any(
            one.get("PhysicalResourceId") == domain
            and one["ResourceStatus"] not in {"CREATE_FAILED", "DELETE_COMPLETE"}
            for one in identities
        )
        if not is_ours and self._ask("sesv2", "get_email_identity", "", EmailIdentity=domain):
            raise Refused(
                f"SES in this account already knows {domain}. Leave out MailDomain: campaigns can send from it as it is."
            )

    def _check_concurrency(self, template: Mapping[str, Any]) -> None:
        wanted = KEPT_BY_LAMBDA + sum(_reserved(one.get("Properties", {})) for one in template["Resources"].values())
        facts = self._ask("lambda", "get_account_settings", "")
        if facts and (limit := facts["AccountLimit"]["ConcurrentExecutions"]) < wanted:
            raise Refused(
                f"ReserveConcurrency needs {wanted} concurrent executions; Lambda allows this account {limit}. "
                "Ask for 1,000 in Service Quotas."
            )

    def _check_logging_role(self) -> None:
        # One role for all APIs of the account and region: a stack that set it would take it from the others.
        facts = self._ask("apigateway", "get_account", "")
        if facts is not None and not facts.get("cloudwatchRoleArn"):
            raise Refused(
                "AccessLog needs a role with which API Gateway writes logs, once for the account and region, and there is "
                "none. docs/operations.md#access-log says how to give it one."
            )

    def _tell_of_ses(self) -> None:
        facts = self._ask("sesv2", "get_account", "")
        if not facts:
            return
        if not facts.get("ProductionAccessEnabled"):
            self.terminal.say(
                "SES is in its sandbox in this region: it only sends to addresses you have verified. "
                "Asking AWS to lift that takes a day, so ask now (docs/deploying.md, step 4)."
            )
        if facts.get("EnforcementStatus", "HEALTHY") != "HEALTHY" or facts.get("SendingEnabled") is False:
            self.terminal.say("AWS has put SES in this account under review or paused it: see the SES console.")

    def _refuse_elsewhere(self, name: str, arn: str) -> None:
        if (region := arn.split(":")[3]) != self.session.region_name:
            raise Refused(
                f"{name} is in {region}, the stack in {self.session.region_name}: they must be in the same region."
            )

    def _ask(self, service: Any, operation: str, if_missing: str, **what: str) -> dict[str, Any] | None:
        """The answer; None when there is none or it cannot be asked. With `if_missing`, there being none is Refused."""
        try:
            answer: dict[str, Any] = getattr(self.session.client(service), operation)(**what)
        except ClientError as error:
            if if_missing and error.response["Error"]["Code"] in MISSING:
                raise Refused(if_missing) from None
            return None
        except BotoCoreError:
            return None
        return answer


def _reserved(properties: Mapping[str, Any]) -> int:
    value = properties.get("ReservedConcurrentExecutions", 0)
    return int(value["Fn::If"][1] if isinstance(value, dict) else value)
