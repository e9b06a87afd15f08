from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from local.functions.events import proxy_event, stream_record
from local.functions.routes import Match
from local.http.server import Request

MATCH = Match("/campaigns/{campaign}", {"POST": None}, {"campaign": "peru"})


def a_request(**facts: Any) -> Request:
    made = {
        "method": "POST",
        "path": "/campaigns/peru",
        "query": "",
        "headers": [("Host", "127.0.0.1:8000"), ("Content-Type", "application/json")],
        "body": b"",
        "client": "127.0.0.1",
    }
    return Request(**{**made, **facts})


def test_an_event_has_every_key_that_api_gateway_sends() -> None:
    event = proxy_event(a_request(), MATCH, ())
    assert set(event) == {
        "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body", "isBase64Encoded",
    }  # fmt: skip
    context = event["requestContext"]
    assert {"requestId", "stage", "domainName", "path", "identity", "resourcePath", "httpMethod"} <= set(context)
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert event["pathParameters"] == {"campaign": "peru"}
    assert (event["body"], event["queryStringParameters"]) == (None, None)


def test_repeated_parameters_and_headers_are_kept_beside_the_last_one() -> None:
    headers = [("Host", "x"), ("Accept", "a"), ("Accept", "b")]
    event = proxy_event(a_request(query="by=day&by=country&empty=&lang=es%2DPE+x", headers=headers), MATCH, ())
    assert event["queryStringParameters"] == {"by": "country", "empty": "", "lang": "es-PE x"}
    assert event["multiValueQueryStringParameters"]["by"] == ["day", "country"]
    assert event["headers"]["Accept"] == "b"
    assert event["multiValueHeaders"]["Accept"] == ["a", "b"]


def test_text_passes_as_text_and_bytes_that_are_not_utf8_arrive_replaced() -> None:
    event = proxy_event(a_request(body="señal".encode()), MATCH, ())
    assert (event["body"], event["isBase64Encoded"]) == ("señal", False)
    assert proxy_event(a_request(body=b"a\xffb"), MATCH, ())["body"] == "a�b"


def test_a_binary_type_passes_as_base64() -> None:
    request = a_request(body=b"\x00\xff", headers=[("Content-Type", "image/png; x=y")])
    event = proxy_event(request, MATCH, {"image/png"})
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x00\xff"


def test_a_stage_shows_in_the_context_only() -> None:
    event = proxy_event(a_request(path="/api/campaigns/peru"), MATCH, (), "/api")
    assert event["path"] == "/campaigns/peru"
    assert event["requestContext"]["path"] == "/api/campaigns/peru"


def test_a_stream_record_is_what_lambda_gets_from_what_boto3_reads() -> None:
    change = {
        "ApproximateCreationDateTime": datetime(2026, 11, 23, tzinfo=UTC),
        "Keys": {"pk": {"S": "p"}, "sk": {"S": "s"}},
        "NewImage": {"pk": {"S": "p"}, "blob": {"B": b"\x01"}, "list": {"L": [{"B": b"\x02"}]}},
        "SequenceNumber": "1",
    }
    record = stream_record({"eventName": "INSERT", "eventID": "e", "dynamodb": change}, "arn:stream", expired=True)
    assert record["dynamodb"]["NewImage"]["blob"] == {"B": "AQ=="}
    assert record["dynamodb"]["NewImage"]["list"] == {"L": [{"B": "Ag=="}]}
    assert "OldImage" not in record["dynamodb"]
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert record["eventSourceARN"] == "arn:stream"
