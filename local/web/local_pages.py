"""The pages that only a local run has: index, outbox, drain and switches. Everything shown is escaped.

An email's HTML is shown in a sandboxed frame: it can neither run scripts nor reach this page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from local.http.server import Answer
from local.mail.ses import MODES, LocalSes

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.functions.pump import Pump
    from local.http.server import Request
    from local.mail.outbox import Outbox

EMAILS_PER_PAGE = 20
MAX_DRAIN_SECONDS = 300
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
# The frames with emails inherit this: no scripts, and only the styles and images that are inside the email.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri *; form-action *"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The address of the gateway (`base`) and of the API (`url`), and the ids of the sample campaigns."""

    base: str
    url: str
    samples: tuple[str, ...]


class LocalPages:
    """Answers everything under `/_local` except the local SES."""

    def __init__(self, addresses: Addresses, outbox: Outbox, pump: Pump, ses: LocalSes) -> None:
        self._addresses = addresses
        self._emails = outbox
        self._pump = pump
        self._ses = ses
        self._templates = templates()
        self.demo_url = ""
        self._routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", ""): self._index,
            ("GET", "/outbox"): self._outbox,
            ("GET", "/outbox.json"): self._outbox_json,
            ("GET", "/demo"): self._demo,
            ("POST", "/drain"): self._drain,
            ("POST", "/ses/mode"): self._set_mode,
            ("POST", "/pump"): self._pause,
        }

    def handle(self, request: Request) -> Answer:
        """Answer one request."""
        method = "GET" if request.method == "HEAD" else request.method
        page = self._routes.get((method, request.path.removeprefix("/_local").rstrip("/")))
        return page(request) if page else problem(404)

    def _index(self, _request: Request) -> Answer:
        facts = {"addresses": self._addresses, "email_count": len(self._emails), "demo_url": self.demo_url}
        return html(self._templates.get_template("index.html").render(**facts))

    def _outbox_json(self, _request: Request) -> Answer:
        return as_json(self._emails.public())

    def _demo(self, _request: Request) -> Answer:
        return Answer(303, [("Location", self.demo_url)]) if self.demo_url else problem(404)

    def _outbox(self, request: Request) -> Answer:
        number = parse_qs(request.query).get("page", ["1"])[0]
        page = int(number) if PAGE_NUMBER.fullmatch(number) else 1
        total = len(self._emails)
        end = max(0, total - (page - 1) * EMAILS_PER_PAGE)
        emails = self._emails.emails(max(0, end - EMAILS_PER_PAGE), end)
        numbered = list(zip(range(end, 0, -1), reversed(emails), strict=False))
        facts = {"emails": numbered, "page": page, "total": total, "more": end > EMAILS_PER_PAGE}
        return html(self._templates.get_template("outbox.html").render(**facts))

    def _drain(self, request: Request) -> Answer:
        options = _body(request)
        timeout = min(float(options.get("timeout", 30)), MAX_DRAIN_SECONDS)
        return as_json(self._pump.drain(timeout, retries=bool(options.get("retries"))))

    def _pause(self, request: Request) -> Answer:
        is_paused = bool(_body(request).get("paused"))
        self._pump.pause(is_paused=is_paused)
        return as_json({"paused": is_paused})

    def _set_mode(self, request: Request) -> Answer:
        mode = _body(request).get("mode")
        if mode not in MODES:
            return problem(400)
        self._ses.mode = mode
        return as_json({"mode": mode})


def templates() -> Environment:
    """The templates of the local pages; every value is escaped."""
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["linked"] = linked
    environment.filters["framed"] = framed
    return environment


def linked(text: str) -> Markup:
    """Plain text with its URLs as links."""
    parts: list[str] = []
    end = 0
    for match in LINK.finditer(text):
        url = escape(match.group())
        parts += [escape(text[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(url)]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def framed(email_html: str) -> str:
    """An email's HTML for a frame, with links that open in a new tab instead of the frame."""
    return '<base target="_blank">' + email_html


def html(text: str, policy: str = POLICY) -> Answer:
    """An HTML response."""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(200, headers, text.encode())


def as_json(value: Any) -> Answer:
    """A JSON response."""
    return Answer(200, [("Content-Type", "application/json")], json.dumps(value, ensure_ascii=False).encode())


def problem(status: int) -> Answer:
    """An error response in the app's own format."""
    code, title = ("not_found", "Not found") if status == 404 else ("malformed", "Bad request")  # noqa: PLR2004
    body = {"type": "about:blank", "title": title, "status": status, "detail": f"{title}.", "code": code}
    return Answer(status, [("Content-Type", "application/problem+json")], json.dumps(body).encode())


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
