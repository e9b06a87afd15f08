"""Which parameters a deployment sends: those on the command line, those that follow, otherwise the stack's own. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LATER = "later"  # a value of Production: the tables are to be protected, once the first deployment has succeeded


def parse(pairs: Sequence[str], declared: Mapping[str, Any]) -> dict[str, str]:
    """`Name=value` pairs as a mapping. Raises Refused for a name that the template does not declare."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"{pair} is not of the form Name=value.")
        if name not in declared:
            raise Refused(f"The template has no parameter {name}, only {', '.join(sorted(declared))}.")
        values[name] = value
    return values


def completed(values: Mapping[str, str], current: Mapping[str, str], api_url: str, *, stage: str) -> dict[str, str]:
    """`values`, with `PublicUrl` and `Production` filled in where they are missing.

    A template cannot refer to the address of the API that it creates (that would be a circular reference), so
    the address comes from the domain, or from `api_url` once there is one.
    """
    result = dict(values)
    if production := _production(values, current, stage):
        result["Production"] = production
    after = {**current, **result}
    if "PublicUrl" not in values:
        result["PublicUrl"] = _public_url(after.get("ApiDomain", ""), current, api_url)
    return result


def carried(failed: Mapping[str, str]) -> dict[str, str]:
    """What somebody had set for a first deployment that failed, for the next try. What follows from the rest is left out."""
    from_domain = f"https://{failed.get('ApiDomain')}"
    own_url = {} if failed.get("PublicUrl") in {None, "", from_domain} else {"PublicUrl": failed["PublicUrl"]}
    return {name: value for name, value in failed.items() if name not in {"PublicUrl", "Production"}} | own_url


def awaits_second_pass(current: Mapping[str, str]) -> list[str]:
    """Sentences on what could only be done after the first deployment: the API's address, the tables' protection."""
    sentences = []
    if not current.get("PublicUrl"):
        sentences.append("The API has an address now; passing it to the functions.")
    if current.get("Production") == LATER:
        sentences.append("Everything is there; protecting the tables from deletion.")
    return sentences


def _production(values: Mapping[str, str], current: Mapping[str, str], stage: str) -> str:
    """What to send, empty for what the stack has. The first time tables stay unprotected, or a rollback could not remove them."""
    wanted = values.get("Production", "")
    if not current:
        wanted = wanted or ("true" if stage == "prod" else "false")
        return LATER if wanted == "true" else wanted
    is_due = (wanted or current.get("Production")) == LATER
    return "true" if is_due else wanted


def _public_url(api_domain: str, current: Mapping[str, str], api_url: str) -> str:
    if api_domain:
        return f"https://{api_domain}"
    previous = current.get("PublicUrl", "")
    came_from_domain = current.get("ApiDomain") and previous == f"https://{current['ApiDomain']}"
    return api_url if not previous or came_from_domain else previous


def for_cloudformation(
    values: Mapping[str, str], current: Mapping[str, str], declared: Mapping[str, Any]
) -> list[dict[str, str | bool]]:
    """`Parameters` of CreateChangeSet: what is not in `values` keeps the stack's value, or gets the template's default."""
    entries: list[dict[str, str | bool]] = []
    for name in sorted(declared):
        if name in values:
            entries.append({"ParameterKey": name, "ParameterValue": values[name]})
        elif name in current:
            entries.append({"ParameterKey": name, "UsePreviousValue": True})
    return entries
