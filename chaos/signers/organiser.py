"""An organiser who writes updates while everything breaks: tries again without an answer, resumes what paused by itself, pauses at times."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chaos.plan import LETTER, PETITION
from chaos.signers.crowd import JSON, PATIENCE_SECONDS
from chaos.signers.request_ledger import BegunUpdate

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from chaos.signers.request_ledger import Ledger

TEXT = {"subject": "News", "body": "Dear {{given_name}},\n\nNews."}
BETWEEN_UPDATES_SECONDS, BETWEEN_TRIES_SECONDS = (0.5, 2.0), 0.1
PAUSE_SHARE = 0.1
OK = 300


@dataclass(slots=True)
class Organiser:
    """Sends one update after the other to both campaigns, and notes in the ledger those that began."""

    bases: Sequence[str]
    admin_key: str
    ledger: Ledger
    dice: random.Random

    def run(self, over: threading.Event) -> None:
        """Go on until the storm is `over`."""
        campaigns = [PETITION, LETTER]
        next_at = time.monotonic()
        while not over.wait(BETWEEN_TRIES_SECONDS):
            if time.monotonic() >= next_at and self._send_one(campaigns[0], over):
                campaigns.reverse()
                next_at = time.monotonic() + self.dice.uniform(*BETWEEN_UPDATES_SECONDS)
            for one in self.ledger.updates:
                self._look_after(one)

    def send_first(self, campaign: str) -> None:
        """Send one as soon as the counters know of somebody who wants it."""
        never = threading.Event()
        while not self._send_one(campaign, never):
            time.sleep(BETWEEN_TRIES_SECONDS)

    def _send_one(self, campaign: str, over: threading.Event) -> bool:
        """True when an update has begun; False when nobody wants one yet, or the storm ended first."""
        path = f"/admin/campaigns/{campaign}/updates"
        texts = dict.fromkeys(("en", "es"), TEXT)
        audience = self._until_answered("POST", f"{path}/audience", {}, over)
        if audience is None or not audience[1].get("recipients"):
            return False
        written = self._until_answered("POST", path, {"texts": texts}, over)
        if written is None or "id" not in written[1]:
            return False
        update, recipients = written[1]["id"], written[1]["recipients"]
        begun = BegunUpdate(campaign, update, time.monotonic())
        while not over.is_set():
            status, answer = self._until_answered(
                "POST", f"{path}/{update}/send", {"recipients": recipients}, over
            ) or (0, {})
            if status < OK and answer:
                break
            if answer.get("code") == "not_a_draft":  # the answer to an earlier try was lost
                break
            if answer.get("code") not in {"recipients_changed", "version_mismatch"}:
                return False
            recipients = answer.get("recipients", recipients)
        else:
            return False
        self.ledger.updates.append(begun)
        return True

    def _look_after(self, one: BegunUpdate) -> None:
        path = f"/admin/campaigns/{one.campaign}/updates/{one.id}"
        _, found = self._ask("GET", path) or (0, {})
        if found.get("state") == "paused":
            self._ask("POST", f"{path}/resume", {})
        elif found.get("state") == "sending" and self.dice.random() < PAUSE_SHARE:
            self._ask("POST", f"{path}/pause", {})

    def _until_answered(
        self, method: str, path: str, body: Any, over: threading.Event
    ) -> tuple[int, dict[str, Any]] | None:
        while not over.is_set():
            answer = self._ask(method, path, body)
            if answer is not None and answer[0] != 503:  # noqa: PLR2004  # HTTP
                return answer
            time.sleep(BETWEEN_TRIES_SECONDS)
        return None

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]] | None:
        """Status and answer of one request to either gateway; None when the connection was dropped."""
        connection = http.client.HTTPConnection(urlsplit(self.dice.choice(self.bases)).netloc, timeout=PATIENCE_SECONDS)
        try:
            connection.request(
                method, path, json.dumps(body or {}), {**JSON, "Authorization": f"Bearer {self.admin_key}"}
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
