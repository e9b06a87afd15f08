"""Which IAM actions on which resources a boto3 call needs, after AWS's service authorization reference.

It decides nothing (see `iam_permissions`). A call that it does not know raises an error rather than pass unchecked.
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
# A batch needs the permission for a single message (Amazon SQS, "API permissions").
QUEUE_BATCHES = {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"}
TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
# A multipart upload needs the permission to write an object (Amazon S3, "Multipart upload and permissions").
OBJECT_ACTIONS = {
    "CreateMultipartUpload": ("PutObject",),
    "PutObject": ("PutObject",),
    "UploadPart": ("PutObject",),
    "CompleteMultipartUpload": ("PutObject",),
    "AbortMultipartUpload": ("AbortMultipartUpload",),
    "DeleteObject": ("DeleteObject",),
    "GetObject": ("GetObject",),
    # Without ListBucket, S3 answers 403 instead of 404 for a missing file.
    "HeadObject": ("GetObject", "ListBucket"),
    "ListObjectsV2": ("ListBucket",),
}


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One action on one resource; `context` holds the keys that a policy's conditions may test."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def required_actions(
    service: str, operation: str, params: Mapping[str, Any], template: Template
) -> list[RequiredAction]:
    """Every action that one call needs. Raises KeyError for a service or operation that is not described here."""
    return SERVICES[service](operation, params, template)


def _of_dynamodb(operation: str, params: Mapping[str, Any], template: Template) -> list[RequiredAction]:
    if operation == "TransactWriteItems":
        parts = [(TRANSACTED[kind], one) for part in params["TransactItems"] for kind, one in part.items()]
        return [_on_table(action, one["TableName"], _pk(one), template) for action, one in parts]
    if operation == "BatchGetItem":
        tables = params["RequestItems"].items()
        keys = {table: [key["pk"]["S"] for key in request["Keys"]] for table, request in tables}
        return [_on_table(operation, table, values, template) for table, values in keys.items()]
    if operation == "Query":
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        return [_on_table(operation, params["TableName"], [_query_key(params)], template, index)]
    return [_on_table(operation, params["TableName"], _pk(params), template)]


def _on_table(action: str, table: str, keys: list[str], template: Template, index: str = "") -> RequiredAction:
    return RequiredAction(f"dynamodb:{action}", template.arn_of(table) + index, {LEADING_KEYS: tuple(keys)})


def _pk(request: Mapping[str, Any]) -> list[str]:
    key = request.get("Key") or request.get("Item")
    return [key["pk"]["S"]] if key else []


def _query_key(params: Mapping[str, Any]) -> str:
    """The value of the partition key, which comes first in our key conditions."""
    name = re.findall(r"= (:\w+)", params["KeyConditionExpression"])[0]
    return str(params["ExpressionAttributeValues"][name]["S"])


def _of_sqs(operation: str, params: Mapping[str, Any], template: Template) -> list[RequiredAction]:
    return [RequiredAction(f"sqs:{QUEUE_BATCHES.get(operation, operation)}", template.arn_of(params["QueueUrl"]))]


def _of_s3(operation: str, params: Mapping[str, Any], template: Template) -> list[RequiredAction]:
    bucket = template.arn_of(params["Bucket"])
    actions = OBJECT_ACTIONS[operation]
    return [
        RequiredAction(f"s3:{action}", bucket if action == "ListBucket" else f"{bucket}/{params['Key']}")
        for action in actions
    ]


def _of_secrets(operation: str, params: Mapping[str, Any], _: Template) -> list[RequiredAction]:
    return [RequiredAction(f"secretsmanager:{operation}", params["SecretId"])]


def _of_ses(operation: str, params: Mapping[str, Any], template: Template) -> list[RequiredAction]:
    """SES checks the sending identity and the configuration set; a domain covers its addresses."""
    prefix = template.resolve({"Fn::Sub": "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:"})
    if operation == "GetAccount":  # it knows no resources (AWS, "Actions defined by Amazon Simple Email Service v2")
        return [RequiredAction(f"ses:{operation}", "*")]
    if operation == "GetEmailIdentity":
        return [RequiredAction(f"ses:{operation}", f"{prefix}identity/{params['EmailIdentity']}")]
    address = parseaddr(params["FromEmailAddress"])[1]
    resources = [f"identity/{address.rpartition('@')[2]}"]
    if "ConfigurationSetName" in params:
        resources.append(f"configuration-set/{params['ConfigurationSetName']}")
    return [RequiredAction(f"ses:{operation}", prefix + name, {"ses:FromAddress": (address,)}) for name in resources]


SERVICES: dict[str, Callable[[str, Mapping[str, Any], Template], list[RequiredAction]]] = {
    "dynamodb": _of_dynamodb,
    "sqs": _of_sqs,
    "s3": _of_s3,
    "secretsmanager": _of_secrets,
    "sesv2": _of_ses,
}
