"""Builds the events that AWS passes to Lambda functions, with the keys that AWS sends; it calls nothing.

REST proxy events follow "Input format of a Lambda function for proxy integration"; stream, queue and topic events
follow the samples in the Lambda guide.
"""

from __future__ import annotations

import base64
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.functions.routes import Match
    from local.http.server import Request

ACCOUNT = "000000000000"
API = "local"
STAGE = "api"
REGION = "us-east-1"
# As a binary media type of an API: every body reaches the function as base64, and encoded responses are decoded.
ANYTHING = "*/*"


def proxy_event(request: Request, match: Match, binary_types: Iterable[str], prefix: str = "") -> dict[str, Any]:
    """One HTTP request as API Gateway (REST, payload version 1.0) passes it to the function."""
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers: dict[str, list[str]] = {}
    for name, value in _with_forwarding(request):
        headers.setdefault(name, []).append(value)
    body, is_base64 = _body(request, binary_types)
    path = request.path[len(prefix) :] or "/"
    return {
        "resource": match.resource,
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, match.resource),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _with_forwarding(request: Request) -> list[tuple[str, str]]:
    """API Gateway appends who connected to what was sent along, in one line."""
    sent = [value for name, value in request.headers if name.lower() == "x-forwarded-for"]
    port = (request.header("host") or "").rpartition(":")[2]
    return [
        *((name, value) for name, value in request.headers if name.lower() != "x-forwarded-for"),
        ("X-Forwarded-For", ", ".join([*sent, request.client])),
        ("X-Forwarded-Port", port if port.isdigit() else "80"),
        ("X-Forwarded-Proto", "http"),
    ]


def _body(request: Request, binary_types: Iterable[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    kind = (request.header("content-type") or "").split(";")[0].strip().lower()
    if kind in binary_types or ANYTHING in binary_types:
        return base64.b64encode(request.body).decode(), True
    # API Gateway decodes every other type as UTF-8; invalid bytes arrive as U+FFFD.
    return request.body.decode("utf-8", "replace"), False


def takes_binary(request: Request, binary_types: Iterable[str]) -> bool:
    """True when API Gateway decodes a binary response: it compares the first type of Accept, literally."""
    first = (request.header("accept") or "").split(",")[0].split(";")[0].strip().lower()
    return first in binary_types or ANYTHING in binary_types


def _context(request: Request, resource: str) -> dict[str, Any]:
    now = time.time()
    request_id = str(uuid.uuid4())
    host = request.header("host") or "localhost"
    return {
        "resourceId": "local",
        "resourcePath": resource,
        "httpMethod": request.method,
        "extendedRequestId": request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "path": request.path,
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": STAGE,
        # On AWS there is never a port; here addresses would be wrong without it.
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "requestTimeEpoch": int(now * 1000),
        "requestId": request_id,
        "apiId": API,
        "identity": {
            "cognitoIdentityPoolId": None,
            "accountId": None,
            "cognitoIdentityId": None,
            "caller": None,
            "sourceIp": request.client,
            "principalOrgId": None,
            "accessKey": None,
            "cognitoAuthenticationType": None,
            "cognitoAuthenticationProvider": None,
            "userArn": None,
            "userAgent": request.header("user-agent"),
            "user": None,
        },
    }


def stream_record(record: dict[str, Any], stream_arn: str, *, expired: bool = False) -> dict[str, Any]:
    """One stream record as Lambda passes it on; `expired` marks a deletion by time to live."""
    change = record["dynamodb"]
    facts: dict[str, Any] = {
        "ApproximateCreationDateTime": change["ApproximateCreationDateTime"].timestamp(),
        "Keys": change["Keys"],
        "SequenceNumber": change["SequenceNumber"],
        "SizeBytes": change.get("SizeBytes", 0),
        "StreamViewType": change.get("StreamViewType", "NEW_AND_OLD_IMAGES"),
    }
    for image in ("NewImage", "OldImage"):
        if change.get(image):
            facts[image] = {name: _plain(value) for name, value in change[image].items()}
    event = {
        "eventID": record.get("eventID") or uuid.uuid4().hex,
        "eventName": record["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": facts,
        "eventSourceARN": stream_arn,
    }
    if expired:
        event["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return event


def _plain(value: Any) -> Any:
    """boto3 returns binary values as bytes; in events they are base64 text."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def queue_event(messages: Sequence[dict[str, Any]], queue_arn: str) -> dict[str, Any]:
    """SQS messages as one batch for the function."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": message.get("MessageAttributes", {}),
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": REGION,
            }
            for message in messages
        ],
    }


def topic_event(envelope: dict[str, Any]) -> dict[str, Any]:
    """One SNS notification for the function."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": envelope["TopicArn"] + ":local",
                "Sns": {"MessageAttributes": {}, "Subject": None, **envelope},
            },
        ],
    }


def schedule_event() -> dict[str, Any]:
    """What EventBridge sends to a scheduled function."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/undersigned-local-scheduled"],
        "detail": {},
    }
