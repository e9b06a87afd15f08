"""`make smoke`: signs once on a deployed API, follows the signature to the count and the email, and withdraws it.

It needs an admin key, from UNDERSIGNED_KEY or typed, never from an argument. Its campaign, `smoke-test`, is archived
at the end; the email goes to the SES mailbox simulator, which accepts everything and delivers to nobody.
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
# Functions cache a campaign for 30 seconds; the stream delivers changes within seconds, SES events within a minute.
PATIENCE_SECONDS = 120


@dataclass(slots=True)
class Smoke:
    """One run. Raises SmokeFailed at the first step that fails."""

    api: Api
    sender: str = ""
    with_mail: bool = True
    say: Callable[[str], None] = print
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _is_open: bool = field(default=False, init=False)

    def run(self) -> None:
        """Run every step in order; whatever happens, undo what was created."""
        try:
            for step in (
                self.check_health,
                self.check_refusals,
                self.publish,
                self.sign,
                self.check_count,
                self.check_email,
            ):
                step()
        finally:
            if self._is_open:
                self.clean_up()

    def check_health(self) -> None:
        """The health check, and the headers that every response has."""
        reply = self.api.call("GET", "/health")
        self._expect(reply.status == 200 and reply.json == {"status": "ok"}, "health", reply)  # noqa: PLR2004 - HTTP
        self._expect(GUARDS.items() <= reply.headers.items(), "headers of a response", reply)
        self.say("ok  responds, with the right headers")

    def check_refusals(self) -> None:
        """One error format for what is missing or not allowed, and a preflight for other sites."""
        for path, status in (("/no-such-place", 404), ("/campaigns/no-such-campaign", 404), ("/admin/campaigns", 401)):
            reply = self.api.call("GET", path, with_key=False)
            self._expect(reply.status == status and PROBLEM in reply.headers["content-type"], f"GET {path}", reply)
            self._expect(reply.json.get("status") == status and "code" in reply.json, f"GET {path}", reply)
        preflight = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
        reply = self.api.call("OPTIONS", f"{PUBLIC}/signatures", with_key=False, headers=preflight)
        allowed = reply.headers.get("access-control-allow-methods", "")
        self._expect(reply.status in {200, 204} and "POST" in allowed, "preflight", reply)
        self.say("ok  errors have one format; other sites may post")

    def publish(self) -> None:
        """Open the test campaign through the admin API."""
        self.sender = self.sender or self._any_sender()
        self._save(state="open", archived=False)
        self._is_open = True
        self.say(f"ok  published {CAMPAIGN}")

    def sign(self) -> None:
        """Post an invalid form first, then a valid one, as the form on a site would."""
        reply = self._post({"email": "nobody"})
        fields = {error.get("field") for error in reply.json.get("errors", [])}
        self._expect(reply.status == 422 and "email" in fields, "an invalid form", reply)  # noqa: PLR2004 - HTTP
        reply = self._post({"email": SIGNER, "given_name": "Smoke", "family_name": "Test", "source": "smoke"})
        self._expect(reply.status == 201 and reply.json.get("state") == "confirmed", "signing", reply)  # noqa: PLR2004
        self.say("ok  accepted a signature")

    def check_count(self) -> None:
        """The signature is stored, and the projector has counted it."""
        self._wait_for("the signature to be counted", lambda: self._confirmed() == 1)
        self._expect_state("confirmed")
        self.say("ok  counted it once")

    def check_email(self) -> None:
        """The thank-you email was sent, and SES reported its delivery over the topic."""
        if not self.with_mail:
            return self.say("--  email skipped")
        self._wait_for("the email to be sent", lambda: bool(self._mail_marks().get("thanked_at")))
        self._wait_for("SES to report its delivery", lambda: bool(self._mail_marks().get("delivery")))
        return self.say("ok  sent the email, and its delivery was reported")

    def clean_up(self) -> None:
        """Withdraw the signature, and close and archive the campaign."""
        if (signature := self._find_signature()) and signature["state"] != "withdrawn":
            reply = self.api.call("DELETE", f"{ADMIN}/signatures/{signature['id']}")
            self._expect(reply.status == 200, "withdrawing", reply)  # noqa: PLR2004 - HTTP
        self._save(state="closed", archived=True)
        self._is_open = False
        self._wait_for("the count to go back to zero", lambda: self._confirmed() == 0)
        self.say(f"ok  withdrew it; {CAMPAIGN} is closed and archived")

    def _post(self, form: dict[str, str]) -> Reply:
        """Post a form; try again while functions still cache the campaign as closed or missing."""
        until = self.clock() + PATIENCE_SECONDS
        while True:
            reply = self.api.call("POST", f"{PUBLIC}/signatures", form, with_key=False, headers={"Origin": SITE})
            if reply.status not in {404, 409} or self.clock() > until:
                return reply
            self.pause(2)

    def _save(self, **changes: Any) -> None:
        before = self.api.call("GET", ADMIN)
        headers = {"If-Match": before.headers["etag"]} if before.status == 200 else {}  # noqa: PLR2004 - HTTP
        text = {"title": "Smoke test", "summary": "A signature to test the deployment with."}
        document = {
            "kind": "petition", "default_language": "en", "texts": {"en": text}, "confirmation": "single",
            "sender": {"name": "Smoke test", "email": self.sender}, "reminders": False, "buckets": 1, **changes,
        }  # fmt: skip
        reply = self.api.call("PUT", ADMIN, document, headers=headers)
        self._expect(reply.status in {200, 201}, "saving the campaign", reply)

    def _any_sender(self) -> str:
        """The sender of any campaign of this deployment: SES has verified its domain."""
        reply = self.api.call("GET", "/admin/campaigns")
        self._expect(reply.status == 200, "the key", reply)  # noqa: PLR2004 - HTTP
        for one in reply.json["campaigns"]:
            return str(self.api.call("GET", f"/admin/campaigns/{one['id']}").json["sender"]["email"])
        raise SmokeFailed("there is no campaign to take the sender from. For example: SENDER=actions@example.org")

    def _find_signature(self) -> dict[str, Any] | None:
        reply = self.api.call("POST", f"{ADMIN}/signatures/find", {"email": SIGNER})
        signatures = reply.json.get("signatures") or [None]
        return dict(signatures[0]) if signatures[0] else None

    def _mail_marks(self) -> dict[str, Any]:
        signature = self._find_signature() or {}
        return dict(signature.get("mail") or {})

    def _confirmed(self) -> int:
        return int(self.api.call("GET", f"{ADMIN}/counts").json["signatures"]["confirmed"])

    def _expect_state(self, state: str) -> None:
        signature = self._find_signature()
        if not signature or signature["state"] != state:
            raise SmokeFailed(f"the signature is {signature and signature['state']}, not {state}")

    def _wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        until = self.clock() + PATIENCE_SECONDS
        while not holds():
            if self.clock() > until:
                raise SmokeFailed(f"waited {PATIENCE_SECONDS} seconds for {what}")
            self.pause(2)

    def _expect(self, holds: bool, what: str, reply: Reply) -> None:  # noqa: FBT001 - an assertion
        if not holds:
            raise SmokeFailed(f"{what}: got {reply.status}\n{reply.headers}\n{reply.text[:500]}")


def _key() -> str:
    """The key from the environment, or typed at the terminal. Raises SmokeFailed without either."""
    if key := os.environ.get("UNDERSIGNED_KEY"):
        return key.strip()
    if not sys.stdin.isatty():
        raise SmokeFailed("there is no terminal to ask for an admin key on: put the key into UNDERSIGNED_KEY")
    return getpass.getpass("An admin key (it is not shown): ").strip()


def main() -> int:
    """Reads URL, SENDER and MAIL from the environment, as make passes them; returns 0 when all is well."""
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
