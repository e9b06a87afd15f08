"""The packaged template for people who have CloudFormation's console and no checkout. Pure.

The names of the zips stand in the template, so that code and template cannot be of two versions; where they lie is a parameter.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from deploy.cloudformation.parameters import LATER
from deploy.packaging import template_checks
from deploy.packaging.archives import of_function
from deploy.packaging.regional_resources import without_budget

if TYPE_CHECKING:
    from collections.abc import Mapping

BUCKET = {
    "Type": "String",
    "AllowedPattern": "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "ConstraintDescription": "it must be the name of a bucket, without s3:// and without a folder.",
    "Description": "Name of the S3 bucket, in this region, that holds the zips of this release.",
}
# In the order in which the console asks for them.
GROUPS = {
    "Where the code is": ("CodeBucket",),
    "The first time: later. Once the stack is there, update it with true": ("Production",),
    "Your domains": ("MailDomain", "ApiDomain", "HostedZone", "ApiCertificateArn"),
    "Without a domain: the address, once there is one": ("PublicUrl",),
    "Who is told, and what may be spent": ("AlarmTopic", "ApiRate", "ApiBurst"),
    "Against floods": ("FirewallRate", "ReserveConcurrency"),
    "Email": ("MailConcurrency", "UpdatesConcurrency", "UpdatesShare", "Senders", "MembersSender", "MailFromSubdomain"),
    "Pages and proxies": ("DashboardUrl", "HomeUrl", "TrustedProxies", "ProxySecretSha256", "DisableDefaultEndpoint"),
    "Logs": ("LogRetentionDays", "AccessLog"),
}


def for_console(sam: Mapping[str, Any], keys: Mapping[str, str], version: str) -> dict[str, Any]:
    """The template whose functions take their code from the bucket `CodeBucket`, where each zip has its key in `keys`."""
    # One file for every region, and some have no budgets; somebody in the console makes one there, with three clicks.
    template: dict[str, Any] = copy.deepcopy(without_budget(dict(sam)))
    for name, properties in template_checks.functions(template["Resources"]).items():
        properties["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": keys[of_function(name)]}
    template["Description"] = (
        f"Undersigned {version}: forms that people sign, by email confirmation. Its code is {' and '.join(keys.values())}."
    )
    template["Parameters"]["CodeBucket"] = BUCKET
    # A table that is protected at once could not be rolled back; `make deploy` does the same.
    template["Parameters"]["Production"]["Default"] = LATER
    groups = [{"Label": {"default": label}, "Parameters": list(names)} for label, names in GROUPS.items()]
    template["Metadata"] = {"AWS::CloudFormation::Interface": {"ParameterGroups": groups}}
    return template
