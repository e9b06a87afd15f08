"""People who sign, follow links in emails, and try again when there is no answer. They see only HTTP and their emails."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from chaos.plan import in_letters
from chaos.signers.request_ledger import Action, Form, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaos.plan import ActionKind, Person
    from chaos.signers.request_ledger import Ledger

COUNTRIES = ("PE", "US", "MX", "BO")
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Even an app that waits three times for a silent table answers within this time, unless it hangs.
PATIENCE_SECONDS = 60
BETWEEN_TRIES_SECONDS = (0.1, 0.4)
EMAIL_POLL_SECONDS = 0.05
MAX_TRIES = 200
AT_ONCE = 5  # people per thread, in turn, while emails are on their way
SIGN_STATUSES = frozenset({201, 503})
# 409: the form was changed since the link was sent; 412: it was changed during the correction.
LINK_STATUSES = frozenset({200, 409, 412, 503})


class GaveUp(RuntimeError):
    """A signer has tried for far too long."""


@dataclass(slots=True)
class Crowd:
    """All signers with their API and mailboxes. `links` finds the newest link for a purpose in a person's emails."""

    bases: Sequence[str]
    admin_key: str
    ledger: Ledger
    links: Callable[[Person, str], str | None]

    def run(self, people: Sequence[Person], seed: str, over: threading.Event) -> None:
        """Perform the histories of `people` until all are done or the storm is `over`; a started action is finished."""
        dice = random.Random(seed)  # noqa: S311  # a schedule
        waiting = iter((person, deque(person.history)) for person in people)
        active = deque(itertools.islice(waiting, AT_ONCE))
        idle = 0
        while active and not over.is_set():
            person, left = active.popleft()
            if self._do(person, left[0], dice):
                left.popleft()
                idle = 0
            else:
                idle += 1
            active.extend([(person, left)] if left else itertools.islice(waiting, 1))
            if idle > len(active):
                time.sleep(EMAIL_POLL_SECONDS)

    def _do(self, person: Person, act: ActionKind, dice: random.Random) -> bool:
        """Repeat one action until it succeeds; False when the email with its link has not arrived yet."""
        if act in ("sign", "again", "burst"):
            self._sign(person, act, dice)
            return True
        if act == "erase":
            self._erase(person, dice)
            return True
        link = self.links(person, {"correct": "manage", "leave": "leave-updates"}.get(act, act))
        if link is None:
            return False
        action = Action(act, (self._form(person, person.spellings[0], dice),) if act == "correct" else ())
        self._press(person, link, action, dice)
        return True

    def _sign(self, person: Person, act: ActionKind, dice: random.Random) -> None:
        """`again` sends two forms one after another, `burst` four at once, each with another spelling."""
        count = {"sign": 1, "again": 2, "burst": 4}[act]
        spellings = list(itertools.islice(itertools.cycle(person.spellings), count))
        dice.shuffle(spellings)
        forms = tuple(self._form(person, spelling, dice) for spelling in spellings)
        if act == "burst":
            threads = [
                threading.Thread(target=self._post, args=(person, form, random.Random(form.family_name)))  # noqa: S311  # as above
                for form in forms
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.ledger.add_action(person, Action(act, forms))
            return
        for form in forms:
            self._post(person, form, dice)
            self.ledger.add_action(person, Action("sign", (form,)))

    @staticmethod
    def _form(person: Person, spelling: str, dice: random.Random) -> Form:
        return Form(spelling, f"{person.name} {in_letters(dice.randrange(26**6)).title()}", dice.choice(COUNTRIES))

    def _post(self, person: Person, form: Form, dice: random.Random) -> None:
        values = {**_form_values(person, form), "consents": [], "lang": "es", "source": _source(form)}
        body = json.dumps({"email": form.spelling, **values})
        path = f"/campaigns/{person.campaign}/signatures"
        for _ in range(MAX_TRIES):
            reply = self._send(dice, "POST", path, body, JSON)
            self.ledger.add_form(person, form, reply)
            self.ledger.add_request("a form", reply, SIGN_STATUSES)
            if reply is not None and reply.status == 201:  # noqa: PLR2004  # HTTP
                return
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp(path)

    def _press(self, person: Person, link: str, action: Action, dice: random.Random) -> None:
        """Press the button behind a link; if the page then shows a newer form, press the button there."""
        fields = {"do": "save", **_form_values(person, action.forms[0])} if action.forms else {}
        for _ in range(MAX_TRIES):
            parts = urlsplit(link)
            reply = self._send(dice, "POST", f"{parts.path}?{parts.query}", urlencode(fields), FORM)
            self.ledger.add_request(f"{action.kind} by link", reply, LINK_STATUSES)
            if reply is not None and reply.status == 200:  # noqa: PLR2004  # HTTP
                self.ledger.add_action(person, action)
                return
            if reply is not None and reply.status == 409:  # noqa: PLR2004  # HTTP
                link = _confirm_link(reply.body) or link
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp(action.kind)

    def _erase(self, person: Person, dice: random.Random) -> None:
        body, headers = (
            json.dumps({"email": person.spellings[-1]}),
            {**JSON, "Authorization": f"Bearer {self.admin_key}"},
        )
        for _ in range(MAX_TRIES):
            reply = self._send(dice, "POST", "/admin/erasures", body, headers)
            self.ledger.add_request("an erasure", reply, frozenset({200, 503}))
            if reply is not None and reply.status == 200:  # noqa: PLR2004  # HTTP
                self.ledger.add_action(person, Action("erase"))
                return
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp("erase")

    def _send(self, dice: random.Random, method: str, path: str, body: str, headers: dict[str, str]) -> Reply | None:
        """Send one request to either gateway; None when the connection was dropped."""
        connection = http.client.HTTPConnection(urlsplit(dice.choice(self.bases)).netloc, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body.encode(), headers)
            answer = connection.getresponse()
            return Reply(answer.status, tuple(answer.getheaders()), answer.read().decode())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _form_values(person: Person, form: Form) -> dict[str, str]:
    wishes = {"updates": "on"} if person.wants_updates else {}
    return {"given_name": person.name, "family_name": form.family_name, "country": form.country, **wishes}


def _source(form: Form) -> str:
    """A newsletter, or in half of all forms a source that nobody else has."""
    letters = form.family_name.rpartition(" ")[2].lower()
    return f"made-up-{letters}" if ord(letters[-1]) % 2 else "newsletter"


def _confirm_link(page: str) -> str | None:
    match = re.search(r'action="([^"]*/confirm/[^"]+)"', page)
    return match[1].replace("&amp;", "&") if match else None
