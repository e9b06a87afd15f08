"""`make smoke`: signs a test signature on a deployed API, follows it to the count and the mail, and takes it back.

It needs an admin key, read from UNDERSIGNED_KEY or asked for, never from an argument. Its campaign, `smoke-test`, is
archived when it ends; the mail goes to the SES mailbox simulator, which takes everything and tells nobody.
"""

from __future__ import annotations

import getpass
import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deploy.smoke.http_calls import Api, Reply, SmokeFailed

if TYPE_CHECKING:
    from collections.abc import Callable

CAMPAIGN = "smoke-test"
SIGNER = "success@simulator.amazonses.com"
ADMIN = f"/admin/campaigns/{CAMPAIGN}"
PUBLIC = f"/campaigns/{CAMPAIGN}"
SITE = "https://smoke-test.example"
PROBLEM = "application/problem+json"
GUARDS = {"x-content-type-options": "nosniff", "access-control-allow-origin": "*"}
# A function may remember a campaign for 30 seconds, the stream brings changes within seconds, SES within a minute.
PATIENCE_SECONDS = 120


@dataclass(slots=True)
class Smoke:
    """One run. Raises SmokeFailed at the first thing that is not as it should be."""

    api: Api
    sender: str = ""
    with_mail: bool = True
    say: Callable[[str], None] = print
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _is_open: bool = field(default=False, init=False)

    def run(self) -> None:
        """Every step in order; what it made is taken back whatever happens."""
        try:
            for step in (self.answers, self.refuses, self.publishes, self.signs, self.counts, self.mails):
                step()
        finally:
            if self._is_open:
                self.takes_back()

    def answers(self) -> None:
        """Health, and headers on every answer."""
        reply = self.api.call("GET", "/health")
        self._expect(reply.status == 200 and reply.json == {"status": "ok"}, "health", reply)  # noqa: PLR2004 - HTTP
        self._expect(GUARDS.items() <= reply.headers.items(), "headers of an answer", reply)
        self.say("ok  answers, with its headers")

    def refuses(self) -> None:
        """One shape for what is not there, not allowed or wrong, and a preflight for other sites."""
        for path, status in (("/no-such-place", 404), ("/campaigns/no-such-campaign", 404), ("/admin/campaigns", 401)):
            reply = self.api.call("GET", path, with_key=False)
            self._expect(reply.status == status and PROBLEM in reply.headers["content-type"], f"GET {path}", reply)
            self._expect(reply.json.get("status") == status and "code" in reply.json, f"GET {path}", reply)
        asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
        reply = self.api.call("OPTIONS", f"{PUBLIC}/signatures", with_key=False, headers=asked)
        allowed = reply.headers.get("access-control-allow-methods", "")
        self._expect(reply.status in {200, 204} and "POST" in allowed, "preflight", reply)
        self.say("ok  refuses in one shape; other sites may post")

    def publishes(self) -> None:
        """The campaign, by the admin API."""
        self.sender = self.sender or self._any_sender()
        self._save(state="open", archived=False)
        self._is_open = True
        self.say(f"ok  published {CAMPAIGN}")

    def signs(self) -> None:
        """A wrong form first, then the right one, as a site's form would post it."""
        reply = self._posted({"email": "nobody"})
        fields = {error.get("field") for error in reply.json.get("errors", [])}
        self._expect(reply.status == 422 and "email" in fields, "a wrong form", reply)  # noqa: PLR2004 - HTTP
        reply = self._posted({"email": SIGNER, "given_name": "Smoke", "family_name": "Test", "source": "smoke"})
        self._expect(reply.status == 201 and reply.json.get("state") == "confirmed", "signing", reply)  # noqa: PLR2004
        self.say("ok  took a signature")

    def counts(self) -> None:
        """The signature is there, and the stream has brought it to the counters."""
        self._wait_for("the count", lambda: self._confirmed() == 1)
        self._expect_state("confirmed")
        self.say("ok  counted it, once")

    def mails(self) -> None:
        """The thanks went out, and SES reported back over the topic."""
        if not self.with_mail:
            return self.say("--  mail left out")
        self._wait_for("the mail to be sent", lambda: bool(self._mail_marks().get("thanked_at")))
        self._wait_for("SES to report its delivery", lambda: bool(self._mail_marks().get("delivery")))
        return self.say("ok  mailed, and heard of the delivery")

    def takes_back(self) -> None:
        """Withdraw the signature, close and archive the campaign."""
        if (found := self._found()) and found["state"] != "withdrawn":
            reply = self.api.call("DELETE", f"{ADMIN}/signatures/{found['id']}")
            self._expect(reply.status == 200, "withdrawing", reply)  # noqa: PLR2004 - HTTP
        self._save(state="closed", archived=True)
        self._is_open = False
        self._wait_for("the count to go back", lambda: self._confirmed() == 0)
        self.say(f"ok  took it back; {CAMPAIGN} is closed and archived")

    def _posted(self, form: dict[str, str]) -> Reply:
        """Past what a function remembers of the campaign as it was: closed, or not there."""
        until = self.clock() + PATIENCE_SECONDS
        while True:
            reply = self.api.call("POST", f"{PUBLIC}/signatures", form, with_key=False, headers={"Origin": SITE})
            if reply.status not in {404, 409} or self.clock() > until:
                return reply
            self.pause(2)

    def _save(self, **changes: Any) -> None:
        before = self.api.call("GET", ADMIN)
        headers = {"If-Match": before.headers["etag"]} if before.status == 200 else {}  # noqa: PLR2004 - HTTP
        text = {"title": "Smoke test", "summary": "A signature to try the deployment with."}
        document = {
            "kind": "petition", "default_language": "en", "texts": {"en": text}, "confirmation": "single",
            "sender": {"name": "Smoke test", "email": self.sender}, "reminders": False, "buckets": 1, **changes,
        }  # fmt: skip
        reply = self.api.call("PUT", ADMIN, document, headers=headers)
        self._expect(reply.status in {200, 201}, "saving the campaign", reply)

    def _any_sender(self) -> str:
        """As a campaign of this deployment has it: its domain is known to SES."""
        reply = self.api.call("GET", "/admin/campaigns")
        self._expect(reply.status == 200, "the key", reply)  # noqa: PLR2004 - HTTP
        for one in reply.json["campaigns"]:
            return str(self.api.call("GET", f"/admin/campaigns/{one['id']}").json["sender"]["email"])
        raise SmokeFailed("there is no campaign to take the sender from: SENDER=actions@example.org")

    def _found(self) -> dict[str, Any] | None:
        reply = self.api.call("POST", f"{ADMIN}/signatures/find", {"email": SIGNER})
        found = reply.json.get("signatures") or [None]
        return dict(found[0]) if found[0] else None

    def _mail_marks(self) -> dict[str, Any]:
        found = self._found() or {}
        return dict(found.get("mail") or {})

    def _confirmed(self) -> int:
        return int(self.api.call("GET", f"{ADMIN}/counts").json["signatures"]["confirmed"])

    def _expect_state(self, state: str) -> None:
        found = self._found()
        if not found or found["state"] != state:
            raise SmokeFailed(f"the signature is {found and found['state']}, not {state}")

    def _wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        until = self.clock() + PATIENCE_SECONDS
        while not holds():
            if self.clock() > until:
                raise SmokeFailed(f"waited {PATIENCE_SECONDS} seconds in vain for {what}")
            self.pause(2)

    def _expect(self, holds: bool, what: str, reply: Reply) -> None:  # noqa: FBT001 - an assertion
        if not holds:
            raise SmokeFailed(f"{what}: answered {reply.status}\n{reply.headers}\n{reply.text[:500]}")


def _key() -> str:
    """From the environment, or from whoever sits at the terminal. Raises SmokeFailed when nobody does."""
    if key := os.environ.get("UNDERSIGNED_KEY"):
        return key.strip()
    if not sys.stdin.isatty():
        raise SmokeFailed("nobody is here to be asked for an admin key: put it into UNDERSIGNED_KEY")
    return getpass.getpass("An admin key (it is not shown): ").strip()


def main() -> int:
    """URL and SENDER come from the environment, as make hands them on; 0 when all is well."""
    url = os.environ.get("URL", "").rstrip("/")
    if not url:
        print("Which API? make smoke URL=https://sign.example.org", file=sys.stderr)
        return 1
    try:
        Smoke(Api(url, _key()), os.environ.get("SENDER", ""), os.environ.get("MAIL", "yes") != "no").run()
    except SmokeFailed as failed:
        print(f"FAILED  {failed}", file=sys.stderr)
        return 1
    print("All is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
