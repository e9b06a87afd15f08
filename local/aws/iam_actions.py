"""What a call of boto3 asks of IAM: actions on resources, as AWS's service authorization reference has them.

It decides nothing: see `permissions`. A call that it was not told of raises, rather than pass unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.aws.template import Template

LEADING_KEYS = "dynamodb:LeadingKeys"
# A batch is allowed by the action for one (Amazon SQS, "API permissions").
QUEUE_BATCHES = {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"}
TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
# An upload in parts is writing an object (Amazon S3, "Multipart upload and permissions").
OBJECT_ACTIONS = {
    "CreateMultipartUpload": ("PutObject",),
    "PutObject": ("PutObject",),
    "UploadPart": ("PutObject",),
    "CompleteMultipartUpload": ("PutObject",),
    "AbortMultipartUpload": ("AbortMultipartUpload",),
    "DeleteObject": ("DeleteObject",),
    "GetObject": ("GetObject",),
    # Without the second S3 answers 403 for a file that is not there, and nobody can tell.
    "HeadObject": ("GetObject", "ListBucket"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource; `context` is what conditions of a policy may look at."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def needs(service: str, operation: str, params: Mapping[str, Any], template: Template) -> list[Need]:
    """Everything that one call needs. Raises KeyError for a service or an operation that nobody described here."""
    return SERVICES[service](operation, params, template)


def _of_dynamodb(operation: str, params: Mapping[str, Any], template: Template) -> list[Need]:
    if operation == "TransactWriteItems":
        parts = [(TRANSACTED[kind], one) for part in params["TransactItems"] for kind, one in part.items()]
        return [_on_table(action, one["TableName"], _pk(one), template) for action, one in parts]
    if operation == "BatchGetItem":
        asked = params["RequestItems"].items()
        keys = {table: [key["pk"]["S"] for key in wanted["Keys"]] for table, wanted in asked}
        return [_on_table(operation, table, found, template) for table, found in keys.items()]
    if operation == "Query":
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        return [_on_table(operation, params["TableName"], [_queried(params)], template, index)]
    return [_on_table(operation, params["TableName"], _pk(params), template)]


def _on_table(action: str, table: str, keys: list[str], template: Template, index: str = "") -> Need:
    return Need(f"dynamodb:{action}", template.arn_of(table) + index, {LEADING_KEYS: tuple(keys)})


def _pk(request: Mapping[str, Any]) -> list[str]:
    named = request.get("Key") or request.get("Item")
    return [named["pk"]["S"]] if named else []


def _queried(params: Mapping[str, Any]) -> str:
    """The value of the partition key: it comes first in a key condition of ours."""
    name = re.findall(r"= (:\w+)", params["KeyConditionExpression"])[0]
    return str(params["ExpressionAttributeValues"][name]["S"])


def _of_sqs(operation: str, params: Mapping[str, Any], template: Template) -> list[Need]:
    return [Need(f"sqs:{QUEUE_BATCHES.get(operation, operation)}", template.arn_of(params["QueueUrl"]))]


def _of_s3(operation: str, params: Mapping[str, Any], template: Template) -> list[Need]:
    bucket = template.arn_of(params["Bucket"])
    actions = OBJECT_ACTIONS[operation]
    return [
        Need(f"s3:{action}", bucket if action == "ListBucket" else f"{bucket}/{params['Key']}") for action in actions
    ]


def _of_secrets(operation: str, params: Mapping[str, Any], _: Template) -> list[Need]:
    return [Need(f"secretsmanager:{operation}", params["SecretId"])]


def _of_ses(operation: str, params: Mapping[str, Any], template: Template) -> list[Need]:
    """SES looks at the identity that sends and at the configuration set; a domain stands for its addresses."""
    address = parseaddr(params["FromEmailAddress"])[1]
    named = [f"identity/{address.rpartition('@')[2]}"]
    if "ConfigurationSetName" in params:
        named.append(f"configuration-set/{params['ConfigurationSetName']}")
    prefix = template.resolve({"Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:"})
    return [Need(f"ses:{operation}", prefix + name, {"ses:FromAddress": (address,)}) for name in named]


SERVICES: dict[str, Callable[[str, Mapping[str, Any], Template], list[Need]]] = {
    "dynamodb": _of_dynamodb,
    "sqs": _of_sqs,
    "s3": _of_s3,
    "secretsmanager": _of_secrets,
    "sesv2": _of_ses,
}
