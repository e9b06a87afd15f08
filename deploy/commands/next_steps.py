"""What is left to do after a deployment: DNS records, permission to send email, the first key. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.commands.deploy import api_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boto3.session import Session


def records(outputs: Mapping[str, str], parameters: Mapping[str, str], region: str) -> list[tuple[str, str, str]]:
    """DNS records that the deployment did not write itself: (type, name, value)."""
    missing: list[tuple[str, str, str]] = []
    is_written = bool(parameters.get("HostedZone"))
    if (domain := parameters.get("ApiDomain")) and not is_written:
        missing.append(("CNAME", domain, outputs["ApiTarget"]))
    if not (domain := parameters.get("MailDomain")):
        return missing
    if not is_written:
        missing += [("CNAME", outputs[f"DkimName{i}"], outputs[f"DkimValue{i}"]) for i in (1, 2, 3)]
        missing.append(("MX", outputs["MailFromDomain"], f"10 feedback-smtp.{region}.amazonses.com"))
        missing.append(("TXT", outputs["MailFromDomain"], '"v=spf1 include:amazonses.com ~all"'))
    # Always left to the owner: the domain may have one already, and it governs all of its email.
    missing.append(("TXT", f"_dmarc.{domain}", '"v=DMARC1; p=none"'))
    return missing


def mail_state(session: Session, domain: str) -> list[str]:
    """Sentences on what SES still lacks for the account and the domain; none when SES cannot be asked."""
    ses: Any = session.client("sesv2")
    sentences = []
    try:
        if not ses.get_account().get("ProductionAccessEnabled"):
            sentences.append(
                "SES is in its sandbox: it only sends to addresses you have verified. docs/deploying.md says how to leave it."
            )
        if domain and not ses.get_email_identity(EmailIdentity=domain).get("VerifiedForSendingStatus"):
            sentences.append(f"SES has not seen the DNS records of {domain} yet. It keeps looking for three days.")
    except (ClientError, BotoCoreError):
        return sentences
    return sentences


def lines(outputs: Mapping[str, str], parameters: Mapping[str, str], region: str, stage: str) -> list[str]:
    """The lines to print after a deployment."""
    url = parameters.get("PublicUrl") or api_url(outputs)
    text = ["", f"Undersigned is deployed at {url}", f"Dashboard: {url}/admin"]
    if missing := records(outputs, parameters, region):
        text += ["", "DNS records to create, unless they are there:"]
        text += [f"  {kind:<6} {name}  ->  {value}" for kind, name, value in missing]
    text += ["", "Next:", f"  make admin STAGE={stage} EMAIL=your@address        (emails you an invitation)"]
    text += [f'  make api-key STAGE={stage} NAME="your name" ROLE=admin']
    return [*text, f"  make smoke URL={url}        (asks for that key)"]
