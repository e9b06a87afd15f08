"""The whole local stack over real HTTP, on both engines, driven as a person would drive it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine
LETTER = "halt-military-aid"
PETITION = "no-troops-in-peru"


def call(url: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def sign(stack: Stack, campaign: str, email: str, **more: Any) -> int:
    form = {"email": email, "given_name": "Ana", "family_name": "Quispe", "country": "PE", **more}
    return call(f"{stack.url}/campaigns/{campaign}/signatures", form)[0]


def counts(stack: Stack, campaign: str) -> Any:
    key = stack.load_samples()
    url = f"{stack.url}/admin/campaigns/{campaign}/counts?by=country"
    return call(url, Authorization=f"Bearer {key}")[1]


def mails_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    return [mail for mail in stack.outbox() if mail["to"] == address]


def an_ses(stack: Stack) -> Any:
    return boto3.client(
        "sesv2", endpoint_url=f"{stack.base}/_local/ses", config=Config(retries={"total_max_attempts": 1})
    )


def hand_over(stack: Stack, content: dict[str, Any], to: str = "x@example.org", **more: Any) -> Any:
    return an_ses(stack).send_email(
        FromEmailAddress="Sender <s@example.org>", Destination={"ToAddresses": [to]}, Content=content, **more
    )


def simple(subject: str = "Hello", html: str = "<p>hi</p>") -> dict[str, Any]:
    body = {"Text": {"Data": "hi http://example.org/a?b=1&c=2."}, "Html": {"Data": html}}
    return {
        "Simple": {
            "Subject": {"Data": subject},
            "Body": body,
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<u>"}],
        }
    }


def test_a_signature_is_counted_and_its_mail_is_in_the_outbox(stack: Stack) -> None:
    before = counts(stack, LETTER)["signatures"]["confirmed"]
    assert sign(stack, LETTER, "one@example.org") == 201
    assert stack.drain() == {"drained": True, "left": 0}
    assert counts(stack, LETTER)["signatures"]["confirmed"] == before + 1
    (mail,) = mails_to(stack, "one@example.org")
    assert set(mail) == {"to", "from", "subject", "text", "html", "headers", "sent_at"}
    assert "List-Unsubscribe" in mail["headers"]
    assert stack.url in mail["text"]


def test_a_bounce_comes_back_as_feedback_and_silences_the_address(stack: Stack) -> None:
    address = "bounce@simulator.amazonses.com"
    sign(stack, PETITION, address)
    assert stack.drain()["drained"]
    sent = len(mails_to(stack, address))
    sign(stack, LETTER, address)
    stack.drain()
    assert (sent, len(mails_to(stack, address))) == (1, 1)


def test_while_ses_refuses_mails_wait_and_then_arrive(stack: Stack) -> None:
    stack.set_mail_mode("throttle")
    sign(stack, LETTER, "patient@example.org")
    assert stack.drain()["left"] == 1
    assert mails_to(stack, "patient@example.org") == []
    stack.set_mail_mode("ok")
    assert stack.drain(60, retries=True) == {"drained": True, "left": 0}
    assert len(mails_to(stack, "patient@example.org")) == 1


@pytest.mark.parametrize(
    ("mode", "code"),
    [("throttle", "TooManyRequestsException"), ("reject", "MessageRejected"), ("down", "ServiceUnavailable")],
)
def test_ordinary_boto3_sees_the_errors_of_ses(stack: Stack, mode: str, code: str) -> None:
    assert call(f"{stack.base}/_local/ses/mode", {"mode": mode}) == (200, {"mode": mode})
    try:
        with pytest.raises(ClientError) as refused:
            hand_over(stack, simple())
        assert refused.value.response["Error"]["Code"] == code
    finally:
        stack.set_mail_mode("ok")


def test_an_unknown_mode_is_refused(stack: Stack) -> None:
    assert call(f"{stack.base}/_local/ses/mode", {"mode": "angry"})[0] == 400


def test_a_raw_mail_is_read_into_its_parts(stack: Stack) -> None:
    raw = (
        b"From: A <a@example.org>\r\nTo: raw@example.org\r\nSubject: =?utf-8?q?Se=C3=B1al?=\r\nList-Unsubscribe: <https://u>\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--b--\r\n"
    )
    an_ses(stack).send_email(Content={"Raw": {"Data": raw}})
    (mail,) = mails_to(stack, "raw@example.org")
    assert (mail["subject"], mail["text"].strip(), mail["html"].strip()) == ("Señal", "plain", "<b>html</b>")
    assert mail["headers"]["List-Unsubscribe"] == "<https://u>"


def test_a_tag_that_ses_would_refuse_is_refused(stack: Stack) -> None:
    with pytest.raises(ClientError):
        hand_over(stack, simple(), EmailTags=[{"Name": "campaign", "Value": "not allowed: é"}])


def test_the_outbox_page_shows_a_mail_and_runs_none_of_it(stack: Stack) -> None:
    hand_over(stack, simple("<script>alert(1)</script>", '"><script>alert(2)</script>'), to="<x>@example.org")
    with urllib.request.urlopen(f"{stack.base}/_local/outbox", timeout=10) as answer:
        page = answer.read().decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    assert '<a href="http://example.org/a?b=1&amp;c=2">' in page


@pytest.mark.parametrize("page", ["0", "-1", "999999", "x", "²"])
def test_the_outbox_page_bears_any_page_number(stack: Stack, page: str) -> None:
    url = f"{stack.base}/_local/outbox?page={urllib.parse.quote(page)}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200


def test_local_pages_are_listed_and_unknown_ones_are_problems(stack: Stack) -> None:
    with urllib.request.urlopen(f"{stack.base}/_local/", timeout=10) as answer:
        assert f"{stack.url}/sign/{PETITION}" in answer.read().decode()
    assert call(f"{stack.base}/_local/nothing")[1]["code"] == "not_found"
    assert call(f"{stack.base}/_local/drain", {}) == (200, {"drained": True, "left": 0})


def test_samples_are_loaded_once_and_left_alone(stack: Stack) -> None:
    key = stack.load_samples()
    listed = call(f"{stack.url}/admin/campaigns", Authorization=f"Bearer {key}")[1]["campaigns"]
    assert {campaign["id"] for campaign in listed} == {PETITION, LETTER}
    before = {campaign["id"]: campaign["version"] for campaign in listed}
    assert stack.load_samples() == key
    again = call(f"{stack.url}/admin/campaigns", Authorization=f"Bearer {key}")[1]["campaigns"]
    assert {campaign["id"]: campaign["version"] for campaign in again} == before


def test_a_demo_page_that_moved_is_let_in_beside_the_old_one(stack: Stack) -> None:
    key = stack.load_samples()
    stack.load_samples(["http://127.0.0.1:9"])
    document = call(f"{stack.url}/admin/campaigns/{LETTER}", Authorization=f"Bearer {key}")[1]
    assert document["allowed_origins"] == ["http://127.0.0.1:8001", "http://127.0.0.1:9"]


def test_unknown_routes_and_methods_are_problems(stack: Stack) -> None:
    assert call(f"{stack.url}/nothing")[1]["code"] == "not_found"
    assert call(f"{stack.url}/health", {})[1]["code"] == "not_found"


def test_whoever_is_quick_waits_until_the_samples_are_there(tmp_path: Path) -> None:
    with Stack(engine="dynoxide", directory=tmp_path, port=0, memory=True, holds_requests=True) as quick:
        answers: list[int] = []
        early = threading.Thread(target=lambda: answers.append(call(f"{quick.url}/campaigns/{LETTER}/count")[0]))
        early.start()
        early.join(0.5)
        assert answers == []
        quick.load_samples()
        early.join(30)
        assert answers == [200]
