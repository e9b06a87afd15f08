"""The part of the SES v2 API that sends email, for ordinary boto3: records each email and publishes its events.

Tests can make it fail for a while. It validates messages as SES does; it delivers nothing.
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import re
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

from local.http.server import Answer

if TYPE_CHECKING:
    from local.http.server import Request
    from local.mail.outbox import Outbox
    from local.mail.ses_events import Publisher

SEND_PATH = "/v2/email/outbound-emails"
ACCOUNT_PATH = "/v2/email/account"
IDENTITIES_PATH = "/v2/email/identities/"
# What SES gives an account that left the sandbox, and more than a local machine sends.
QUOTA = {"MaxSendRate": 200.0, "Max24HourSend": -1.0, "SentLast24Hours": 0.0}
# The error of each mode: HTTP status, SES's error code, message.
MODES: dict[str, tuple[int, str, str] | None] = {
    "ok": None,
    "throttle": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "reject": (400, "MessageRejected", "Email address is not verified."),
    "down": (503, "ServiceUnavailable", "The service is unavailable."),
}
# SES v2, SendEmail: of FromEmailAddress.
LONGEST_SENDER = 320
TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


class Refused(Exception):
    """SES would not accept this message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class LocalSes:
    """Answers `SendEmail`; `mode` is one of `MODES`."""

    def __init__(self, outbox: Outbox, publisher: Publisher) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self.mode = "ok"

    def handle(self, request: Request) -> Answer:
        """Answer one SES request."""
        path = request.path.partition("/_local/ses")[2]
        if (request.method, path) == ("GET", ACCOUNT_PATH):
            headers = [("Content-Type", "application/json")]
            return Answer(200, headers, json.dumps({"SendingEnabled": True, "SendQuota": QUOTA}).encode())
        if request.method == "GET" and path.startswith(
            IDENTITIES_PATH
        ):  # it sends from any address, so all are verified
            return Answer(
                200, [("Content-Type", "application/json")], json.dumps({"VerifiedForSendingStatus": True}).encode()
            )
        if request.method != "POST" or path != SEND_PATH:
            return _error(404, "NotFoundException", "The local SES only sends mail.")
        try:
            return self._send(json.loads(request.body))
        except Refused as refused:
            return _error(refused.status, refused.code, str(refused))
        except (ValueError, KeyError, TypeError) as wrong:
            return _error(400, "BadRequestException", f"The message cannot be read: {type(wrong).__name__}")

    def _send(self, request: dict[str, Any]) -> Answer:
        refusal = MODES[self.mode]
        if refusal is not None:
            raise Refused(*refusal)
        content = request["Content"]
        message = _raw(content["Raw"]) if "Raw" in content else _simple(content["Simple"])
        destination = request.get("Destination") or {}
        recipients = [
            address
            for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
            for address in destination.get(kind) or []
        ]
        recipients = recipients or message["to"]
        sender = request.get("FromEmailAddress") or message["from"]
        check_addresses(sender, [*recipients, *(request.get("ReplyToAddresses") or [])])
        if not recipients:
            raise Refused(400, "BadRequestException", "Missing destination.")
        message_id = f"local-{uuid.uuid4()}"
        sent = {
            "to": ", ".join(recipients),
            "from": sender,
            "subject": message["subject"],
            "text": message["text"],
            "html": message["html"],
            "headers": {**_envelope(request), **message["headers"]},
            "sent_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "message_id": message_id,
            "destination": [address for _, address in getaddresses(recipients)],
            "tags": _tags(request.get("EmailTags") or []),
            "configuration_set": request.get("ConfigurationSetName", ""),
        }
        self._outbox.add(sent)
        self._publisher.publish_later(sent)
        return Answer(200, [("Content-Type", "application/json")], json.dumps({"MessageId": message_id}).encode())


def check_addresses(sender: str, others: list[str]) -> None:
    """As on AWS: nothing beyond ASCII, neither in an address nor in a name beside it, and no sender that is too long."""
    if len(sender) > LONGEST_SENDER:
        raise Refused(400, "BadRequestException", f"The sender is longer than {LONGEST_SENDER} characters.")
    if not all(address.isascii() for address in (sender, *others)):
        raise Refused(400, "BadRequestException", "An address or name has characters beyond ASCII.")


def _envelope(request: dict[str, Any]) -> dict[str, str]:
    replies = request.get("ReplyToAddresses") or []
    return {"Reply-To": ", ".join(replies)} if replies else {}


def _simple(simple: dict[str, Any]) -> dict[str, Any]:
    headers = {header["Name"]: header["Value"] for header in simple.get("Headers") or []}
    if any("\r" in text or "\n" in text for pair in headers.items() for text in pair):
        raise Refused(400, "BadRequestException", "A header holds a line break.")
    body = simple["Body"]
    return {
        "to": [],
        "from": "",
        "subject": simple["Subject"]["Data"],
        "text": body.get("Text", {}).get("Data", ""),
        "html": body.get("Html", {}).get("Data", ""),
        "headers": headers,
    }


def _raw(raw: dict[str, Any]) -> dict[str, Any]:
    parsed = email.message_from_bytes(base64.b64decode(raw["Data"]), policy=email.policy.default)
    if not isinstance(parsed, EmailMessage):
        raise TypeError("not a message")
    parts = {kind: parsed.get_body(preferencelist=(kind,)) for kind in ("plain", "html")}
    contents = {kind: str(part.get_content()) if part else "" for kind, part in parts.items()}
    return {
        "to": [str(parsed["to"])] if parsed["to"] else [],
        "from": str(parsed["from"] or ""),
        "subject": str(parsed["subject"] or ""),
        "text": contents["plain"],
        "html": contents["html"],
        "headers": {name: str(value) for name, value in parsed.items()},
    }


def _tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """The tags as a mapping. As on AWS, other characters are refused; otherwise such an email would fail only there."""
    for tag in tags:
        if not TAG.fullmatch(tag["Name"]) or not TAG.fullmatch(tag["Value"]):
            raise Refused(400, "BadRequestException", "Invalid message tag.")
    return {tag["Name"]: tag["Value"] for tag in tags}


def _error(status: int, code: str, message: str) -> Answer:
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return Answer(status, headers, json.dumps({"message": message}).encode())
