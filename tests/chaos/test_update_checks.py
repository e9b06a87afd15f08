"""The checker finds what can be wrong with an update: each thing made wrong on purpose in an otherwise good outcome."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from chaos.plan import PETITION, Person
from chaos.signers.request_ledger import Action, BegunUpdate, Form, Ledger
from chaos.verdict.email_checks import duplicates_are_explained
from chaos.verdict.observed_state import ObservedState, SentEmail
from chaos.verdict.promise_checks import PROMISES, check

if TYPE_CHECKING:
    from chaos.plan import ActionKind

ANA = Person(0, "Qxaaa", PETITION, ("qxaaa@example.org",), ("sign", "confirm"), wants_updates=True)
BEN = Person(1, "Qxaab", PETITION, ("qxaab@example.org",), ("sign", "confirm"))
EVA = Person(2, "Qxaac", PETITION, ("qxaac@example.org",), ("sign", "confirm", "leave"), wants_updates=True)
LIA = Person(3, "Qxaad", PETITION, ("qxaad@example.org",), ("sign", "confirm"), wants_updates=True)
BEGUN = BegunUpdate(PETITION, "u1", at=10.0)


def did(person: Person, *acts: tuple[ActionKind, float]) -> list[Action]:
    form = Form(person.spellings[0], f"{person.name} A", "PE")
    return [Action(kind, (form,) if kind == "sign" else (), at) for kind, at in acts]


def an_update(person: Person, at: float = 12.0, **changes: Any) -> SentEmail:
    text = "News: https://sign.example.org/leave-updates/x"
    mail = SentEmail(PETITION, f"id{person.number}", "update:u1", person.spellings[0], "News", text, "updater-1", at)
    return dataclasses.replace(mail, **changes)


def a_mark(person: Person) -> dict[str, Any]:
    return {"pk": f"mailed#{PETITION}#u1#1", "sk": f"id{person.number}", "sent_at": "…"}


def an_outcome(**changes: Any) -> ObservedState:
    """Ana has the update; Ben never wanted any, Eva left before it began, Lia confirmed after it."""
    actions = {
        0: did(ANA, ("sign", 1.0), ("confirm", 2.0)),
        1: did(BEN, ("sign", 1.0), ("confirm", 2.0)),
        2: did(EVA, ("sign", 1.0), ("confirm", 2.0), ("leave", 9.0)),
        3: did(LIA, ("sign", 1.0), ("confirm", 11.0)),
    }
    people = (ANA, BEN, EVA, LIA)
    facts: dict[str, Any] = {
        "people": people,
        "ledger": Ledger(actions=actions, updates=[BEGUN]),
        "rows": [],
        "registry": [
            {"pk": f"update#{PETITION}", "sk": "update#u1", "state": "sent"},
            {"pk": f"update#{PETITION}", "sk": "words#u1#en", "subject": "…"},
            {"pk": f"mailing#{PETITION}#u1", "sk": "bucket#01", "bucket": 1, "is_done": True, "sent": 1},
            a_mark(ANA),
        ],
        "ids": {person.number: f"id{person.number}" for person in people},
        "emails": [an_update(ANA)],
    }
    return ObservedState(**{**facts, **changes})


def broken(observed: ObservedState) -> set[str]:
    return {violation.promise for violation in check(observed) if violation.promise.startswith("9")}


def test_a_good_outcome_breaks_no_promise() -> None:
    assert broken(an_outcome()) == set()
    assert list(duplicates_are_explained(an_outcome())) == []


def head(**changes: Any) -> list[Any]:
    first, *others = an_outcome().registry
    return [{**first, **changes}, *others]


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "an update that somebody never got": ("9 updates reach who wants them", {"emails": []}),
    "another update instead": ("9 updates reach who wants them", {"emails": [an_update(ANA, kind="update:u2")]}),
    "an update that never ends": ("9 updates reach who wants them", {"registry": head(state="sending")}),
    "an update that is gone": ("9 updates reach who wants them", {"registry": an_outcome().registry[1:]}),
    "an update to somebody who never wanted any": (
        "9 updates reach nobody else",
        {"emails": [an_update(ANA), an_update(BEN)]},
    ),
    "an update to somebody who left long before": (
        "9 updates reach nobody else",
        {"emails": [an_update(ANA), an_update(EVA, 60.0)]},
    ),
    "an update after the storm to somebody who left in it": (
        "9 updates reach nobody else",
        {"emails": [an_update(ANA), an_update(EVA, 9.5, sender="afterwards")]},
    ),
    "a mark without an email": ("9 marks of updates are true", {"registry": [*an_outcome().registry, a_mark(LIA)]}),
    "a figure that counts too many": (
        "9 marks of updates are true",
        {"registry": [{**item, "sent": 2} if "is_done" in item else item for item in an_outcome().registry]},
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_checker_finds(wrong: str) -> None:
    promise, changes = WRONG[wrong]
    assert promise in PROMISES
    assert promise in broken(an_outcome(**changes))


def test_an_update_that_was_in_hand_when_somebody_left_is_no_broken_promise() -> None:
    assert broken(an_outcome(emails=[an_update(ANA), an_update(EVA, 9.5)])) == set()


def test_a_second_copy_needs_a_lost_answer_or_a_dead_worker() -> None:
    twice = [an_update(ANA), an_update(ANA, 20.0)]
    assert list(duplicates_are_explained(an_outcome(emails=twice))) == ["person 0 got the update:u1 1 times too often"]
    for explained in (
        an_outcome(emails=[an_update(ANA, is_answered=False), twice[1]]),
        an_outcome(emails=twice, kills=[("updater-1", 13.0)]),
    ):
        assert list(duplicates_are_explained(explained)) == []
    other = [an_update(ANA), an_update(ANA, 20.0, kind="update:u2")]
    assert list(duplicates_are_explained(an_outcome(emails=other))) == [], "another update is no copy"
