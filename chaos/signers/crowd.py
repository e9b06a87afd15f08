"""People with forms and mails: they sign, press links, and try again when nobody answers; they see nothing but HTTP and mail."""

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
from chaos.signers.request_ledger import Deed, Form, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chaos.plan import Act, Person
    from chaos.signers.request_ledger import Ledger

COUNTRIES = ("PE", "US", "MX", "BO")
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# An app that waits three times for a table that stays silent answers later than this only when it hangs.
PATIENCE_SECONDS = 60
BETWEEN_TRIES_SECONDS = (0.1, 0.4)
MAIL_LOOK_SECONDS = 0.05
MAX_TRIES = 200
AT_ONCE = 5  # people whom one thread plays in turn, while mails are on their way
SIGN = frozenset({201, 503})
# 409: what was typed changed since the link was mailed; 412: it changed while it was corrected.
LINK = frozenset({200, 409, 412, 503})


class GaveUp(RuntimeError):
    """A signer tried for far too long."""


@dataclass(slots=True)
class Crowd:
    """All signers, their API and their mailboxes. `links` finds the newest link of a purpose in a person's mails."""

    bases: Sequence[str]
    admin_key: str
    ledger: Ledger
    links: Callable[[Person, str], str | None]

    def run(self, people: Sequence[Person], seed: str, over: threading.Event) -> None:
        """Lives the histories of `people` until all are done or the storm is `over`; an act begun is always ended."""
        dice = random.Random(seed)  # noqa: S311  # a schedule
        coming = iter((person, deque(person.history)) for person in people)
        here = deque(itertools.islice(coming, AT_ONCE))
        idle = 0
        while here and not over.is_set():
            person, left = here.popleft()
            if self._do(person, left[0], dice):
                left.popleft()
                idle = 0
            else:
                idle += 1
            here.extend([(person, left)] if left else itertools.islice(coming, 1))
            if idle > len(here):
                time.sleep(MAIL_LOOK_SECONDS)

    def _do(self, person: Person, act: Act, dice: random.Random) -> bool:
        """One act until it was answered with success; False when the mail with its link is not there yet."""
        if act in ("sign", "again", "burst"):
            self._sign(person, act, dice)
            return True
        if act == "erase":
            self._erase(person, dice)
            return True
        link = self.links(person, {"correct": "manage"}.get(act, act))
        if link is None:
            return False
        deed = Deed(act, (self._form(person, person.spellings[0], dice),) if act == "correct" else ())
        self._press(person, link, deed, dice)
        return True

    def _sign(self, person: Person, act: Act, dice: random.Random) -> None:
        """`again` sends two forms after one another, `burst` four at once, each in another spelling."""
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
            self.ledger.did(person, Deed(act, forms))
            return
        for form in forms:
            self._post(person, form, dice)
            self.ledger.did(person, Deed("sign", (form,)))

    @staticmethod
    def _form(person: Person, spelling: str, dice: random.Random) -> Form:
        return Form(spelling, f"{person.name} {in_letters(dice.randrange(26**6)).title()}", dice.choice(COUNTRIES))

    def _post(self, person: Person, form: Form, dice: random.Random) -> None:
        body = json.dumps({"email": form.spelling, **_typed(person, form), "consents": [], "lang": "es"})
        path = f"/campaigns/{person.campaign}/signatures"
        for _ in range(MAX_TRIES):
            reply = self._ask(dice, "POST", path, body, JSON)
            self.ledger.posted(person, form, reply)
            self.ledger.asked("a form", reply, SIGN)
            if reply is not None and reply.status == 201:  # noqa: PLR2004  # HTTP
                return
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp(path)

    def _press(self, person: Person, link: str, deed: Deed, dice: random.Random) -> None:
        """Presses the button behind a link; when the page then shows what changed meanwhile, the button on that."""
        fields = {"do": "save", **_typed(person, deed.forms[0])} if deed.forms else {}
        for _ in range(MAX_TRIES):
            parts = urlsplit(link)
            reply = self._ask(dice, "POST", f"{parts.path}?{parts.query}", urlencode(fields), FORM)
            self.ledger.asked(f"{deed.act} by link", reply, LINK)
            if reply is not None and reply.status == 200:  # noqa: PLR2004  # HTTP
                self.ledger.did(person, deed)
                return
            if reply is not None and reply.status == 409:  # noqa: PLR2004  # HTTP
                link = _button(reply.body) or link
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp(deed.act)

    def _erase(self, person: Person, dice: random.Random) -> None:
        body, headers = (
            json.dumps({"email": person.spellings[-1]}),
            {**JSON, "Authorization": f"Bearer {self.admin_key}"},
        )
        for _ in range(MAX_TRIES):
            reply = self._ask(dice, "POST", "/admin/erasures", body, headers)
            self.ledger.asked("an erasure", reply, frozenset({200, 503}))
            if reply is not None and reply.status == 200:  # noqa: PLR2004  # HTTP
                self.ledger.did(person, Deed("erase"))
                return
            time.sleep(dice.uniform(*BETWEEN_TRIES_SECONDS))
        raise GaveUp("erase")

    def _ask(self, dice: random.Random, method: str, path: str, body: str, headers: dict[str, str]) -> Reply | None:
        """One request to either gateway; None when the line went dead."""
        connection = http.client.HTTPConnection(urlsplit(dice.choice(self.bases)).netloc, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body.encode(), headers)
            answer = connection.getresponse()
            return Reply(answer.status, tuple(answer.getheaders()), answer.read().decode())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def _typed(person: Person, form: Form) -> dict[str, str]:
    return {"given_name": person.name, "family_name": form.family_name, "country": form.country}


def _button(page: str) -> str | None:
    found = re.search(r'action="([^"]*/confirm/[^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None
