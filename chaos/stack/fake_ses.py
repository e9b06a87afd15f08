"""SES and everybody's mailbox: accepts emails, permanently rejects some, and records both."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.addresses.email_addresses import normalised
from chaos.faults.service_faults import REJECTED, REJECTED_DOMAIN
from local.mail.outbox import Outbox
from local.mail.ses import LocalSes

if TYPE_CHECKING:
    from pathlib import Path

    from chaos.plan import Person
    from local.http.messages import Answer, Request
    from local.mail.ses_events import Publisher

PREFIX = "/_local/ses"


class _NoEvents:
    """Publishes no delivery events."""

    def publish_later(self, email: dict[str, Any]) -> None:
        """Do nothing."""


class FakeSes:
    """Accepts emails like SES. `rejected` holds the `(campaign, signature)` of permanently rejected ones."""

    def __init__(self, outbox: Path) -> None:
        self._mailbox = Outbox(outbox)
        publisher: Publisher = _NoEvents()  # type: ignore[assignment]  # the only method that is called
        self._ses = LocalSes(self._mailbox, publisher)
        self._lock = threading.Lock()
        self._newest: dict[str, dict[str, str]] = {}
        self._read = 0
        # Which process sent which email, and when: `{message id: (process, time)}`.
        self.senders: dict[str, tuple[str, float]] = {}
        self.rejected: set[tuple[str, str]] = set()
        self.rejections = 0

    def handle(self, request: Request, sender: str) -> Answer | None:
        """Answer one request of one process: `SendEmail`, or how much the account may send."""
        if request.method == "GET":
            return self._ses.handle(replace(request, path=PREFIX + request.path))
        email = json.loads(request.body)
        if any(to.endswith(REJECTED_DOMAIN) for to in email["Destination"]["ToAddresses"]):
            tags = {tag["Name"]: tag["Value"] for tag in email["EmailTags"]}
            with self._lock:
                self.rejected.add((tags["campaign"], tags["signature"]))
                self.rejections += 1
            return REJECTED.answer
        answer = self._ses.handle(replace(request, path=PREFIX + request.path))
        if answer.status == 200:  # noqa: PLR2004  # HTTP
            self.senders[json.loads(answer.body)["MessageId"]] = sender, time.monotonic()
        return answer

    def newest_link(self, person: Person, purpose: str) -> str | None:
        """The newest link for a purpose in the emails to a person, or None."""
        with self._lock:
            self._read_new()
            return self._newest.get(person.name.lower(), {}).get(purpose)

    def emails(self) -> list[dict[str, Any]]:
        """Every accepted email, oldest first."""
        return self._mailbox.emails()

    def close(self) -> None:
        """Close the file."""
        self._mailbox.close()

    def _read_new(self) -> None:
        for email in self._mailbox.emails(self._read):
            self._read += 1
            owner = owner_of(email["to"])
            for link, purpose in re.findall(
                r"(https?://\S+/(confirm|withdraw|manage|leave-updates)/\S+)", email["text"]
            ):
                self._newest.setdefault(owner, {})[purpose] = link


def owner_of(address: str) -> str:
    """The name, in lower case, of the planned person whom an address reaches."""
    local, _, domain = normalised(address).partition("@")
    name = domain.partition(".")[0] if domain.endswith(".fastmail.com") else local.partition("+")[0]
    return re.sub("[.-]", "", name)
