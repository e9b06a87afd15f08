"""The part of SES v2 that sends mail, for ordinary boto3: it records what it is handed and tells what became of it.

Tests can make it refuse for a while. It checks what SES checks about a message's shape; it delivers nothing.
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
    from local.mail.outbox import Mailbox
    from local.mail.ses_events import Publisher

SEND_PATH = "/v2/email/outbound-emails"
# What each mode answers: HTTP status, SES's error, its words.
MODES: dict[str, tuple[int, str, str] | None] = {
    "ok": None,
    "throttle": (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    "reject": (400, "MessageRejected", "Email address is not verified."),
    "down": (503, "ServiceUnavailable", "The service is unavailable."),
}
TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


class Refused(Exception):
    """SES would not take this message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class LocalSes:
    """Answers `SendEmail`; `mode` is one of `MODES`."""

    def __init__(self, mailbox: Mailbox, publisher: Publisher) -> None:
        self._mailbox = mailbox
        self._publisher = publisher
        self.mode = "ok"

    def handle(self, request: Request) -> Answer:
        """Answer one SES request."""
        if request.method != "POST" or request.path.partition("/_local/ses")[2] != SEND_PATH:
            return _error(404, "NotFoundException", "The local SES only sends mail.")
        try:
            return self._send(json.loads(request.body))
        except Refused as refused:
            return _error(refused.status, refused.code, str(refused))
        except (ValueError, KeyError, TypeError) as wrong:
            return _error(400, "BadRequestException", f"The message cannot be read: {type(wrong).__name__}")

    def _send(self, wanted: dict[str, Any]) -> Answer:
        refusal = MODES[self.mode]
        if refusal is not None:
            raise Refused(*refusal)
        content = wanted["Content"]
        message = _raw(content["Raw"]) if "Raw" in content else _simple(content["Simple"])
        destination = wanted.get("Destination") or {}
        recipients = [
            address
            for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
            for address in destination.get(kind) or []
        ]
        recipients = recipients or message["to"]
        if not recipients:
            raise Refused(400, "BadRequestException", "Missing destination.")
        message_id = f"local-{uuid.uuid4()}"
        mail = {
            "to": ", ".join(recipients),
            "from": wanted.get("FromEmailAddress") or message["from"],
            "subject": message["subject"],
            "text": message["text"],
            "html": message["html"],
            "headers": {**_envelope(wanted), **message["headers"]},
            "sent_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "message_id": message_id,
            "destination": [address for _, address in getaddresses(recipients)],
            "tags": _tags(wanted.get("EmailTags") or []),
            "configuration_set": wanted.get("ConfigurationSetName", ""),
        }
        self._mailbox.add(mail)
        self._publisher.mail_taken(mail)
        return Answer(200, [("Content-Type", "application/json")], json.dumps({"MessageId": message_id}).encode())


def _envelope(wanted: dict[str, Any]) -> dict[str, str]:
    replies = wanted.get("ReplyToAddresses") or []
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
    """SES refuses tags with other characters, and so must this: a mail refused on AWS only would be found late."""
    for tag in tags:
        if not TAG.fullmatch(tag["Name"]) or not TAG.fullmatch(tag["Value"]):
            raise Refused(400, "BadRequestException", "Invalid message tag.")
    return {tag["Name"]: tag["Value"] for tag in tags}


def _error(status: int, code: str, message: str) -> Answer:
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return Answer(status, headers, json.dumps({"message": message}).encode())
