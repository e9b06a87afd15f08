"""What is left to do after a deployment: DNS records to set, mail to be let out, the first key. It only tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.commands.deploy import api_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boto3.session import Session


def records(outputs: Mapping[str, str], parameters: Mapping[str, str], region: str) -> list[tuple[str, str, str]]:
    """DNS records that nobody has written yet: type, name, value."""
    wanted: list[tuple[str, str, str]] = []
    is_written = bool(parameters.get("HostedZone"))
    if (domain := parameters.get("ApiDomain")) and not is_written:
        wanted.append(("CNAME", domain, outputs["ApiTarget"]))
    if not (domain := parameters.get("MailDomain")):
        return wanted
    if not is_written:
        wanted += [("CNAME", outputs[f"DkimName{i}"], outputs[f"DkimValue{i}"]) for i in (1, 2, 3)]
        wanted.append(("MX", outputs["MailFromDomain"], f"10 feedback-smtp.{region}.amazonses.com"))
        wanted.append(("TXT", outputs["MailFromDomain"], '"v=spf1 include:amazonses.com ~all"'))
    # Never written for anybody: the domain may have one, and it rules all its mail.
    wanted.append(("TXT", f"_dmarc.{domain}", '"v=DMARC1; p=none"'))
    return wanted


def mail_state(session: Session, domain: str) -> list[str]:
    """What SES says about the account and the domain, as sentences; nothing when it cannot be asked."""
    ses: Any = session.client("sesv2")
    said = []
    try:
        if not ses.get_account().get("ProductionAccessEnabled"):
            said.append(
                "SES is in its sandbox: it mails nobody but addresses you proved. docs/deploying.md says how to leave."
            )
        if domain and not ses.get_email_identity(EmailIdentity=domain).get("VerifiedForSendingStatus"):
            said.append(f"SES has not seen the DNS records of {domain} yet. It looks again and again, for three days.")
    except (ClientError, BotoCoreError):
        return said
    return said


def lines(outputs: Mapping[str, str], parameters: Mapping[str, str], region: str, stage: str) -> list[str]:
    """What to read after a deployment."""
    url = parameters.get("PublicUrl") or api_url(outputs)
    told = ["", f"Undersigned is deployed at {url}", f"Dashboard: {url}/admin"]
    wanted = records(outputs, parameters, region)
    if wanted:
        told += ["", "DNS records to set, if they are not:"]
        told += [f"  {kind:<6} {name}  ->  {value}" for kind, name, value in wanted]
    told += ["", "Next:", f'  make keys STAGE={stage} NAME="your name" ROLE=admin']
    return [*told, f"  make smoke URL={url}        (asks for that key)"]
