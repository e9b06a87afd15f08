"""The events that AWS sends, written out as its guides show them; it sends none.

API Gateway, "Input format of a Lambda function for proxy integration"; Lambda guide, "Using Lambda with Amazon SQS", "… SNS",
"… EventBridge". Stream records come from a real stream (`local.functions.events.stream_record`).
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from hashlib import md5
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACCOUNT, REGION = "000000000000", "us-east-1"
DEFAULT_HOST = f"a1b2c3d4e5.execute-api.{REGION}.amazonaws.com"
OWN_HOST = "sign.example.org"
Event = dict[str, Any]


def rest_request(
    method: str,
    resource: str,
    parameters: Mapping[str, str] = MappingProxyType({}),
    *,
    body: str | bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
    query: Sequence[tuple[str, str]] = (),
) -> Event:
    """A request to a REST API (payload 1.0) at its own address, with the stage in the path. A body of bytes goes as base64."""
    path = resource.format(**parameters)
    sent = {**_headers(DEFAULT_HOST), **headers}
    values: dict[str, list[str]] = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: entries[-1] for name, entries in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": _context(method, resource, f"/api{path}", DEFAULT_HOST),
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }


def on_custom_domain(event: Event) -> Event:
    """The same request to a custom domain, which leaves the stage out of the path."""
    headers = event["headers"] | {"Host": OWN_HOST}
    context = event["requestContext"] | {"domainName": OWN_HOST, "domainPrefix": "sign", "path": event["path"]}
    many = {name: [value] for name, value in headers.items()}
    return event | {"headers": headers, "multiValueHeaders": many, "requestContext": context}


def from_console(event: Event) -> Event:
    """The same from the "Test" tab of API Gateway's console: no headers, and no address of a client."""
    identity = event["requestContext"]["identity"] | {"sourceIp": "test-invoke-source-ip"}
    context = event["requestContext"] | {"identity": identity, "stage": "test-invoke-stage", "path": event["path"]}
    context |= {"domainName": "testPrefix.testDomainName", "domainPrefix": "testPrefix"}
    return event | {"headers": None, "multiValueHeaders": None, "requestContext": context}


def form(fields: dict[str, str]) -> str:
    """The body of a form as browsers send it."""
    return urlencode(fields)


def multipart(fields: dict[str, str], boundary: str) -> bytes:
    """The body of a multipart form without files."""
    parts = (f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    return ("".join(parts) + f"--{boundary}--\r\n").encode()


def _headers(host: str) -> dict[str, str]:
    return {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en-US,en;q=0.5",
        "Host": host,
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "X-Amzn-Trace-Id": "Root=1-6748a1b2-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }


def _context(method: str, resource: str, path: str, host: str) -> Event:
    identity = dict.fromkeys(
        ("cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "principalOrgId", "accessKey", "user",
         "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn")
    )  # fmt: skip
    return {
        "resourceId": "xyz123",
        "resourcePath": resource,
        "httpMethod": method,
        "extendedRequestId": "CZTl9HZmoAMF7Xg=",
        "requestTime": "28/Nov/2026:12:00:00 +0000",
        "path": path,
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": "api",
        "domainPrefix": host.partition(".")[0],
        "requestTimeEpoch": int(time.time() * 1000),
        "requestId": str(uuid.uuid4()),
        "identity": {**identity, "sourceIp": "203.0.113.9", "userAgent": "Mozilla/5.0"},
        "domainName": host,
        "deploymentId": "d1e2p3",
        "apiId": "a1b2c3d4e5",
    }


def queue_batch(bodies: list[str], queue: str) -> Event:
    """Messages of a queue, as Lambda's poller passes them on."""
    return {"Records": [_message(body, queue) for body in bodies]}


def _message(body: str, queue: str) -> Event:
    now = str(int(time.time() * 1000))
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": base64.b64encode(uuid.uuid4().bytes * 8).decode(),
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": now,
            "SenderId": "AROAIOSFODNN7EXAMPLE:undersigned-project",
            "ApproximateFirstReceiveTimestamp": now,
        },
        "messageAttributes": {},
        "md5OfBody": md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def notification(message: str) -> Event:
    """A message of the topic that SES reports to."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:undersigned-FeedbackTopic"
    certificate = f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
    unsubscribe = f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={quote(topic)}"
    envelope = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": topic,
        "Subject": "Amazon SES Email Event Notification",
        "Message": message,
        "Timestamp": "2026-11-28T12:00:00.000Z",
        "SignatureVersion": "1",
        "Signature": base64.b64encode(bytes(256)).decode(),
        "SigningCertUrl": certificate,
        "UnsubscribeUrl": unsubscribe,
        "MessageAttributes": {},
    }
    source = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"{topic}:{uuid.uuid4()}"}
    return {"Records": [{**source, "Sns": envelope}]}


def schedule() -> Event:
    """What an EventBridge rule with a schedule sends."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2026-11-28T12:17:00Z",
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/undersigned-prod-ScheduledEvent-1ABCDEFGHIJKL"],
        "detail": {},
    }


def ses_report(kind: str, details: dict[str, Any], address: str, tags: dict[str, str]) -> str:
    """An event of SES (SES guide, "Contents of event data that Amazon SES publishes to Amazon SNS"), as text."""
    key = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    headers = [{"name": "To", "value": address}, {"name": "Subject", "value": "Please confirm"}]
    mail = {
        "timestamp": "2026-11-28T12:00:00.000Z",
        "source": "Peru Solidarity <actions@example.org>",
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.org",
        "sendingAccountId": ACCOUNT,
        "messageId": "0100019363e1b2c3-01234567-89ab-cdef-0123-456789abcdef-000000",
        "destination": [address],
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {"from": ["actions@example.org"], "to": [address], "subject": "Please confirm"},
        "tags": {
            "ses:configuration-set": ["undersigned"],
            "ses:source-ip": ["192.0.2.1"],
            "ses:from-domain": ["example.org"],
            "ses:caller-identity": ["undersigned-mail"],
            **{name: [value] for name, value in tags.items()},
        },
    }
    return json.dumps({"eventType": kind, "mail": mail, key: details})
