"""Which parameters a deployment sends: what was given, what follows from it, else what the stack has. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def given(pairs: Sequence[str], declared: Mapping[str, Any]) -> dict[str, str]:
    """`Name=value` words as a mapping. Raises Refused for a name that the template does not have."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"{pair} is not Name=value.")
        if name not in declared:
            raise Refused(f"The template has no parameter {name}, only {', '.join(sorted(declared))}.")
        values[name] = value
    return values


def completed(values: Mapping[str, str], current: Mapping[str, str], api_url: str, *, stage: str) -> dict[str, str]:
    """What was given, and `PublicUrl` and `Production` where nobody gave them.

    An API cannot be told its own address in the template that makes it (that would be a circle), so the address comes
    from the domain, or from `api_url` once there is one.
    """
    made = dict(values)
    if not current:
        made.setdefault("Production", "true" if stage == "prod" else "false")
    after = {**current, **made}
    if after.get("ApiDomain") and not (after.get("ApiCertificateArn") or after.get("HostedZone")):
        raise Refused("ApiDomain needs ApiCertificateArn, or HostedZone so that a certificate can be made.")
    if "PublicUrl" not in values:
        made["PublicUrl"] = _public_url(after.get("ApiDomain", ""), current, api_url)
    return made


def _public_url(api_domain: str, current: Mapping[str, str], api_url: str) -> str:
    if api_domain:
        return f"https://{api_domain}"
    known = current.get("PublicUrl", "")
    came_from_domain = current.get("ApiDomain") and known == f"https://{current['ApiDomain']}"
    return api_url if not known or came_from_domain else known


def as_sent(
    values: Mapping[str, str], current: Mapping[str, str], declared: Mapping[str, Any]
) -> list[dict[str, str | bool]]:
    """For CloudFormation: what is not named keeps the value that the stack has, or gets the template's default."""
    sent: list[dict[str, str | bool]] = []
    for name in sorted(declared):
        if name in values:
            sent.append({"ParameterKey": name, "ParameterValue": values[name]})
        elif name in current:
            sent.append({"ParameterKey": name, "UsePreviousValue": True})
    return sent
