"""Promise 4: every mail that was owed was sent, and one sent twice is explained, copy by copy."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import normalised
from chaos.plan import LETTER
from chaos.verdict.expected_state import CONFIRMED, expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.plan import Person
    from chaos.verdict.observed_state import Evidence, Mail

CONFIRMATION, THANKS = "confirmation", "thanks"
TOKEN = re.compile(r"/(confirm|withdraw|manage|unsubscribe)/\S+")
Mails = dict[tuple[str, str], list["Mail"]]


@dataclass(frozen=True, slots=True)
class Doubled:
    """Copies beyond the one that was owed, by why there had to be another."""

    unheard: int = 0
    killed: int = 0
    unexplained: tuple[str, ...] = ()


def mails_owed(evidence: Evidence) -> Iterator[str]:
    """Who is owed a mail got it; whom the mail service refuses for good is in the dead letters."""
    mails = _by_signature(evidence)
    for person in evidence.people:
        deeds = evidence.ledger.deeds.get(person.number, ())
        state, signature = expected(person, deeds).state, evidence.ids[person.number]
        if person.is_refused and state:
            if (person.campaign, signature) not in evidence.dead:
                yield f"the refused mail to person {person.number} is not in the dead letters"
            continue
        is_erased = any(deed.act == "erase" for deed in deeds)
        for kind in _owed(person, state, is_erased=is_erased):
            if not mails.get((signature, kind)):
                yield f"person {person.number} never got the {kind}"
    yield from (
        f"a {m.kind} went to nobody who signed" for m in evidence.mails if m.signature not in evidence.signed_by
    )
    yield from (f"the dead letter of {job} was never refused" for job in sorted(evidence.dead - evidence.refused))


def mails_said_twice(evidence: Evidence) -> Iterator[str]:
    """A second copy is allowed only when the mailer never heard of the first, or died before it could mark it."""
    yield from count_doubled(evidence).unexplained
    for (signature, kind), copies in _by_signature(evidence).items():
        number = evidence.signed_by.get(signature)
        if kind == CONFIRMATION and not _spells_one_way(evidence, number):
            continue
        if len({(one.subject, normalised(one.to), TOKEN.sub(r"/\1/", one.text)) for one in copies}) > 1:
            yield f"the {len(copies)} copies of the {kind} to person {number} differ"


def count_doubled(evidence: Evidence) -> Doubled:
    """How many copies there are too many, and why."""
    unheard, killed, unexplained = 0, 0, []
    for (signature, kind), copies in _by_signature(evidence).items():
        number = evidence.signed_by.get(signature)
        extra = len(copies) - _most(evidence, number, kind)
        if extra <= 0:
            continue
        # What is followed by another copy: the last one needs no excuse.
        excused = [one.is_heard_of for one in copies[:-1] if not one.is_heard_of or _died_before_marking(one, evidence)]
        unheard += excused.count(False)
        killed += excused.count(True)
        if extra > len(excused):
            unexplained.append(f"person {number} got the {kind} {extra - len(excused)} times too often")
    return Doubled(unheard, killed, tuple(unexplained))


def _died_before_marking(mail: Mail, evidence: Evidence) -> bool:
    """True when its mailer was killed before it did anything else. It sends one mail after the other."""
    after = [one.at for one in evidence.mails if one.sender == mail.sender and one.at > mail.at]
    kills = [at for name, at in evidence.kills if name == mail.sender and at > mail.at]
    return bool(kills) and min(kills) < min(after, default=float("inf"))


def _by_signature(evidence: Evidence) -> Mails:
    found: Mails = defaultdict(list)
    for mail in evidence.mails:
        found[mail.signature, mail.kind].append(mail)
    return found


def _owed(person: Person, state: str, *, is_erased: bool) -> list[str]:
    """The kinds that must have been sent by now. Who was erased may have been so before any mail went out."""
    if not state or is_erased:
        return []
    if person.campaign == LETTER:
        return [THANKS]
    return [CONFIRMATION, THANKS] if state == CONFIRMED else [CONFIRMATION]


def _most(evidence: Evidence, number: int | None, kind: str) -> int:
    """How many of a kind may come: a new spelling asks anew for a confirmation, everything else comes once."""
    if kind != CONFIRMATION or number is None or _spells_one_way(evidence, number):
        return 1
    return evidence.ledger.posts.get(number, 1)


def _spells_one_way(evidence: Evidence, number: int | None) -> bool:
    forms = [form for deed in evidence.ledger.deeds.get(number or 0, ()) for form in deed.forms]
    return len({normalised(form.spelling) for form in forms}) <= 1
