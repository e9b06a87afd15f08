"""Promise 4: every due email was sent, and every duplicate is explained."""

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
    from chaos.verdict.observed_state import ObservedState, SentEmail

CONFIRMATION, THANKS = "confirmation", "thanks"
TOKEN = re.compile(r"/(confirm|withdraw|manage|unsubscribe|leave-updates)/\S+")
Emails = dict[tuple[str, str], list["SentEmail"]]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Duplicate emails by cause."""

    answer_lost: int = 0
    mailer_killed: int = 0
    unexplained: tuple[str, ...] = ()


def due_emails_are_sent(observed: ObservedState) -> Iterator[str]:
    """Whoever is due an email got it; permanently rejected ones are in the dead letters."""
    emails = _by_signature(observed)
    for person in observed.people:
        actions = observed.ledger.actions.get(person.number, ())
        state, signature = expected(person, actions).state, observed.ids[person.number]
        if person.is_rejected and state:
            if (person.campaign, signature) not in observed.dead:
                yield f"the rejected email to person {person.number} is not in the dead letters"
            continue
        is_erased = any(action.kind == "erase" for action in actions)
        for kind in _due_kinds(person, state, is_erased=is_erased):
            if not emails.get((signature, kind)):
                yield f"person {person.number} never got the {kind}"
    yield from (
        f"a {m.kind} email was sent for no signature" for m in observed.emails if m.signature not in observed.signed_by
    )
    yield from (f"the dead letter of {job} was never rejected" for job in sorted(observed.dead - observed.rejected))


def duplicates_are_explained(observed: ObservedState) -> Iterator[str]:
    """A duplicate is allowed only if the mailer got no answer for the first, or was killed before marking it."""
    yield from count_duplicates(observed).unexplained
    for (signature, kind), copies in _by_signature(observed).items():
        number = observed.signed_by.get(signature)
        if kind == CONFIRMATION and not _has_one_spelling(observed, number):
            continue
        if len({(one.subject, normalised(one.to), TOKEN.sub(r"/\1/", one.text)) for one in copies}) > 1:
            yield f"the {len(copies)} copies of the {kind} to person {number} differ"


def count_duplicates(observed: ObservedState) -> Duplicates:
    """How many duplicates there are, by cause."""
    answer_lost, mailer_killed, unexplained = 0, 0, []
    for (signature, kind), copies in _by_signature(observed).items():
        number = observed.signed_by.get(signature)
        extra = len(copies) - _allowed_copies(observed, number, kind)
        if extra <= 0:
            continue
        # Copies that were followed by another one; the last needs no explanation.
        explained = [
            one.is_answered for one in copies[:-1] if not one.is_answered or _died_before_marking(one, observed)
        ]
        answer_lost += explained.count(False)
        mailer_killed += explained.count(True)
        if extra > len(explained):
            unexplained.append(f"person {number} got the {kind} {extra - len(explained)} times too often")
    return Duplicates(answer_lost, mailer_killed, tuple(unexplained))


def _died_before_marking(mail: SentEmail, observed: ObservedState) -> bool:
    """True when its mailer was killed before doing anything else; it sends one email after another."""
    after = [one.at for one in observed.emails if one.sender == mail.sender and one.at > mail.at]
    kills = [at for name, at in observed.kills if name == mail.sender and at > mail.at]
    return bool(kills) and min(kills) < min(after, default=float("inf"))


def _by_signature(observed: ObservedState) -> Emails:
    grouped: Emails = defaultdict(list)
    for mail in observed.emails:
        grouped[mail.signature, mail.kind].append(mail)
    return grouped


def _due_kinds(person: Person, state: str, *, is_erased: bool) -> list[str]:
    """The kinds of email that must have been sent. None for erased people: that may have happened before the first."""
    if not state or is_erased:
        return []
    if person.campaign == LETTER:
        return [THANKS]
    return [CONFIRMATION, THANKS] if state == CONFIRMED else [CONFIRMATION]


def _allowed_copies(observed: ObservedState, number: int | None, kind: str) -> int:
    """How many copies are allowed: each new spelling asks for confirmation again, everything else is sent once."""
    if kind != CONFIRMATION or number is None or _has_one_spelling(observed, number):
        return 1
    return observed.ledger.posts.get(number, 1)


def _has_one_spelling(observed: ObservedState, number: int | None) -> bool:
    forms = [form for action in observed.ledger.actions.get(number or 0, ()) for form in action.forms]
    return len({normalised(form.spelling) for form in forms}) <= 1
