"""The mail service and everybody's mailbox: it takes mail, refuses for good what it must, and remembers both."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.addresses.email_addresses import normalised
from chaos.faults.service_faults import REFUSED_DOMAIN, REFUSED_FOR_GOOD
from local.mail.outbox import Outbox
from local.mail.ses import LocalSes

if TYPE_CHECKING:
    from pathlib import Path

    from chaos.plan import Person
    from local.http.messages import Answer, Request
    from local.mail.ses_events import Publisher

PREFIX = "/_local/ses"


class _Silent:
    """Nobody is told of deliveries here."""

    def publish_later(self, mail: dict[str, Any]) -> None:
        """Nothing follows."""


class PostOffice:
    """Takes mails like SES. `refused` has `(campaign, signature)` of what was refused for good, and how often in all."""

    def __init__(self, outbox: Path) -> None:
        self._mailbox = Outbox(outbox)
        publisher: Publisher = _Silent()  # type: ignore[assignment]  # all that is called of it
        self._ses = LocalSes(self._mailbox, publisher)
        self._lock = threading.Lock()
        self._newest: dict[str, dict[str, str]] = {}
        self._read = 0
        # Who handed in which mail, and when: `{message id: (process, time)}`.
        self.senders: dict[str, tuple[str, float]] = {}
        self.refused: set[tuple[str, str]] = set()
        self.refusals = 0

    def handle(self, request: Request, sender: str) -> Answer | None:
        """Answer one `SendEmail` of one process."""
        wanted = json.loads(request.body)
        if any(to.endswith(REFUSED_DOMAIN) for to in wanted["Destination"]["ToAddresses"]):
            tags = {tag["Name"]: tag["Value"] for tag in wanted["EmailTags"]}
            with self._lock:
                self.refused.add((tags["campaign"], tags["signature"]))
                self.refusals += 1
            return REFUSED_FOR_GOOD.answer
        answer = self._ses.handle(replace(request, path=PREFIX + request.path))
        if answer.status == 200:  # noqa: PLR2004  # HTTP
            self.senders[json.loads(answer.body)["MessageId"]] = sender, time.monotonic()
        return answer

    def newest_link(self, person: Person, purpose: str) -> str | None:
        """The newest link of a purpose in any mail to that person."""
        with self._lock:
            self._look()
            return self._newest.get(person.name.lower(), {}).get(purpose)

    def mails(self) -> list[dict[str, Any]]:
        """Every mail that was taken, oldest first."""
        return self._mailbox.emails()

    def close(self) -> None:
        """Let go of the file."""
        self._mailbox.close()

    def _look(self) -> None:
        for mail in self._mailbox.emails(self._read):
            self._read += 1
            owner = owner_of(mail["to"])
            for link, purpose in re.findall(r"(https?://\S+/(confirm|withdraw|manage)/\S+)", mail["text"]):
                self._newest.setdefault(owner, {})[purpose] = link


def owner_of(address: str) -> str:
    """The name that a plan gave to the person whom an address reaches."""
    local = normalised(address).partition("@")[0].partition("+")[0]
    return local.replace(".", "").removesuffix("é")
