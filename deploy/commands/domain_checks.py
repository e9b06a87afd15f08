"""Looks at a certificate, a zone and a domain before anything is created: what would fail after half an hour of waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.cloudformation.stack import Stack
    from deploy.commands.aws_questions import Questions

# What would be in the way of the stack's own records, or lead some people elsewhere.
OF_THE_API, OF_BOUNCES = {"A", "AAAA", "CNAME"}, {"MX", "TXT", "CNAME"}


@dataclass(frozen=True, slots=True)
class DomainChecks:
    """Checks of `ApiDomain`, `ApiCertificateArn`, `HostedZone` and `MailDomain`, where they change."""

    questions: Questions
    stack: Stack

    def run(self, values: Mapping[str, str], changed: set[str]) -> None:
        """Raise Refused for what cannot work."""
        api_domain, mail_domain = values.get("ApiDomain", ""), values.get("MailDomain", "")
        if values.get("ApiCertificateArn") and changed & {"ApiCertificateArn", "ApiDomain"}:
            self._check_certificate(values["ApiCertificateArn"], api_domain)
        if zone := values.get("HostedZone"):
            if changed & {"HostedZone", "ApiDomain", "MailDomain"}:
                self._check_zone(zone, [api_domain, mail_domain])
            self._check_records(zone, values, changed)
        if api_domain and "ApiDomain" in changed:
            self._check_domain(api_domain)
        if mail_domain and "MailDomain" in changed:
            self._check_identity(mail_domain)

    def _check_certificate(self, arn: str, domain: str) -> None:
        self.questions.refuse_elsewhere("ApiCertificateArn", arn)
        missing = f"There is no certificate {arn}."
        facts = self.questions.ask("acm", "describe_certificate", missing, CertificateArn=arn)
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
        missing = f"There is no hosted zone {zone} in this account."
        facts = self.questions.ask("route53", "get_hosted_zone", missing, Id=zone)
        if not facts:
            return
        name = facts["HostedZone"]["Name"].rstrip(".")
        if facts["HostedZone"].get("Config", {}).get("PrivateZone"):
            raise Refused(f"The hosted zone {zone} ({name}) is private: nobody on the internet would find its records.")
        for domain in filter(None, domains):
            if domain != name and not domain.endswith(f".{name}"):
                raise Refused(f"The hosted zone {zone} is for {name}; {domain} is not in it.")

    def _check_records(self, zone: str, values: Mapping[str, str], changed: set[str]) -> None:
        # An unfinished first deployment that was not rolled back still has its own.
        api_domain, mail_domain = values.get("ApiDomain", ""), values.get("MailDomain", "")
        if api_domain and changed & {"HostedZone", "ApiDomain"} and not self._is_ours("ApiRecord", api_domain):
            self._refuse_records(zone, api_domain, OF_THE_API)
        if (
            mail_domain
            and changed & {"HostedZone", "MailDomain", "MailFromSubdomain"}
            and not self._is_ours("MailRecords")
        ):
            self._refuse_records(zone, f"{values['MailFromSubdomain']}.{mail_domain}", OF_BOUNCES)

    def _refuse_records(self, zone: str, name: str, kinds: set[str]) -> None:
        """Records that the stack would have to create, and CloudFormation creates none that is there."""
        first = {"HostedZoneId": zone, "StartRecordName": name, "MaxItems": "10"}
        facts = self.questions.ask("route53", "list_resource_record_sets", **first)
        records = facts["ResourceRecordSets"] if facts else []
        found = sorted(one["Type"] for one in records if one["Name"].rstrip(".") == name and one["Type"] in kinds)
        if found:
            raise Refused(
                f"The hosted zone {zone} has a record {', '.join(found)} for {name} already. Remove it, so that the stack "
                "can write its own, or leave out HostedZone."
            )

    def _check_domain(self, domain: str) -> None:
        if not self._is_ours("ApiDomainName", domain) and self.questions.ask(
            "apigateway", "get_domain_name", domainName=domain
        ):
            raise Refused(
                f"API Gateway serves {domain} for another API of this account already. Remove it there first, or choose "
                "another ApiDomain."
            )

    def _check_identity(self, domain: str) -> None:
        if not self._is_ours("MailIdentity", domain) and self.questions.ask(
            "sesv2", "get_email_identity", EmailIdentity=domain
        ):
            raise Refused(
                f"SES in this account already knows {domain}. Leave out MailDomain: campaigns can send from it as it is."
            )

    def _is_ours(self, logical_id: str, physical_id: str = "") -> bool:
        """True when the stack itself made it, under that id; what it failed to make was there before."""
        resources = self.stack.resources() if self.stack.status else []
        return any(
            one["LogicalResourceId"] == logical_id
            and physical_id in {"", one.get("PhysicalResourceId")}
            and one["ResourceStatus"] not in {"CREATE_FAILED", "DELETE_COMPLETE"}
            for one in resources
        )
