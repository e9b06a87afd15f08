"""The checker finds what it is there for: each thing that can be wrong, made wrong on purpose in an otherwise good outcome."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from chaos.plan import LETTER, PETITION, Person
from chaos.signers.request_ledger import Action, Form, Ledger, Reply
from chaos.verdict.email_checks import count_duplicates
from chaos.verdict.observed_state import ObservedState, SentEmail
from chaos.verdict.promise_checks import PROMISES, check

ANA = Person(0, "Qxaaa", PETITION, ("qxaaa@gmail.com", "qxa.aa@googlemail.com"), ("sign", "confirm"))
BEN = Person(1, "Qxaab", LETTER, ("qxaab@example.org",), ("sign",))
EVA = Person(2, "Qxaac", PETITION, ("qxaac@example.org",), ("sign", "withdraw"))
REX = Person(3, "Qxaad", PETITION, ("qxaad@rejected.example.org",), ("sign",))
PEOPLE = (ANA, BEN, EVA, REX)


def a_row(person: Person, state: str, **changes: Any) -> dict[str, Any]:
    key = {
        "pk": f"{person.campaign}#1",
        "sk": f"id{person.number}",
        "state": state,
        "signed_at": "2026-01-01T00:00:00Z",
    }
    if state == "withdrawn":
        return {**key, "withdrawn_at": "…", "changed_at": "…", "expires_at": 1, **changes}
    typed = {"email": person.spellings[0], "family_name": f"{person.name} A", "country": "PE", "language": "es"}
    return {**key, **typed, **({"day": "2026-01-01"} if state == "confirmed" else {}), **changes}


def a_tally(campaign: str, **counters: int) -> dict[str, Any]:
    named = {name.replace("__", ":").replace("_", "-"): n for name, n in counters.items()}
    return {"pk": f"campaign#{campaign}", "sk": "tally#01", "last_sequence": "0", **named}


def an_email(person: Person, kind: str, **changes: Any) -> SentEmail:
    text = f"Hello: https://sign.example.org/withdraw/{kind}?lang=es\n"
    mail = SentEmail(person.campaign, f"id{person.number}", kind, person.spellings[0], "Subject", text, "mailer-1", 1.0)
    return dataclasses.replace(mail, **changes)


def a_reply(status: int = 201, **changes: Any) -> Reply:
    body = {"campaign": PETITION, "state": "pending", "message": "…", "count": 1, "goal": None, **changes}
    return Reply(status, (("Content-Type", "application/json"), ("Date", str(len(changes)))), json.dumps(body))


def an_action(person: Person, act: Any = "sign") -> Action:
    return Action(act, (Form(person.spellings[0], f"{person.name} A", "PE"),) if act == "sign" else ())


def an_outcome(**changes: Any) -> ObservedState:
    """Ana confirmed, Ben signed the letter, Eva withdrew, Rex cannot be mailed; and all is well."""
    actions = {
        0: [an_action(ANA), an_action(ANA, "confirm")],
        1: [an_action(BEN)],
        2: [an_action(EVA), an_action(EVA, "withdraw")],
        3: [an_action(REX)],
    }
    ledger = Ledger(actions=actions, replies=[(True, PETITION, a_reply()), (False, PETITION, a_reply(count=2))])
    labels = {"day__2026_01_01": 1, "country__PE": 1, "language__es": 1}
    facts: dict[str, Any] = {
        "people": PEOPLE,
        "ledger": ledger,
        "rows": [a_row(ANA, "confirmed"), a_row(BEN, "confirmed"), a_row(EVA, "withdrawn"), a_row(REX, "pending")],
        "registry": [
            a_tally(PETITION, state__confirmed=1, state__pending=1, event__withdrawn=1, **labels),
            a_tally(LETTER, state__confirmed=1, **labels),
        ],
        "ids": {person.number: f"id{person.number}" for person in PEOPLE},
        "emails": [
            an_email(ANA, "confirmation"),
            an_email(ANA, "thanks"),
            an_email(BEN, "thanks"),
            an_email(EVA, "confirmation"),
        ],
        "dead": frozenset({(PETITION, "id3")}),
        "rejected": frozenset({(PETITION, "id3")}),
    }
    return ObservedState(**{**facts, **changes})


def broken(observed: ObservedState) -> list[str]:
    return [violation.promise for violation in check(observed)]


def rows_with(row: dict[str, Any]) -> list[Any]:
    return [row if row["sk"] == one["sk"] else one for one in an_outcome().rows]


def test_a_good_outcome_breaks_no_promise() -> None:
    assert check(an_outcome()) == []


def replies(*changed: Reply) -> Ledger:
    good = an_outcome().ledger
    return Ledger(actions=good.actions, replies=[*good.replies, *((False, PETITION, reply) for reply in changed)])


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a second signature in another spelling": (
        "1 one signature per address",
        {"rows": [*an_outcome().rows, a_row(ANA, "pending", sk="other", email="qxa.aa@googlemail.com")]},
    ),
    "a source that is counted under another": (
        "3 tally = recount",
        {"rows": rows_with(a_row(BEN, "confirmed", source="herald"))},
    ),
    "one source more than there is room for": (
        "3 counters are bounded",
        {
            "rows": [*an_outcome().rows[:1], *an_outcome().rows[2:]],
            "registry": [
                an_outcome().registry[0],
                {**an_outcome().registry[1], "source:other": 0, **{f"source:s{number}": 0 for number in range(4)}},
            ],
        },
    ),
    "a lost signature": ("2 what was answered is stored", {"rows": an_outcome().rows[1:]}),
    "a lost confirmation": ("2 what was answered is stored", {"rows": rows_with(a_row(ANA, "pending"))}),
    "a lost withdrawal": ("2 what was answered is stored", {"rows": rows_with(a_row(EVA, "pending"))}),
    "a field of another form": (
        "2 what was answered is stored",
        {"rows": rows_with(a_row(ANA, "confirmed", country="US"))},
    ),
    "a miscount": (
        "3 tally = recount",
        {"registry": [a_tally(PETITION, state__confirmed=2), an_outcome().registry[1]]},
    ),
    "a miscounted country": (
        "3 tally = recount",
        {"registry": [{**an_outcome().registry[0], "country:PE": 2}, an_outcome().registry[1]]},
    ),
    "a lost tally": ("3 tally = recount", {"registry": an_outcome().registry[:1]}),
    "a negative counter": (
        "3 tally = recount",
        {"registry": [{**an_outcome().registry[0], "source:x": -1}, an_outcome().registry[1]]},
    ),
    "a difference that the app found": ("3 tally = recount", {"differences": ["bucket 3"]}),
    "a lost email": ("4 due emails are sent", {"emails": an_outcome().emails[1:]}),
    "a lost thank-you": ("4 due emails are sent", {"emails": [m for m in an_outcome().emails if m.signature != "id1"]}),
    "a rejected email that is not in the dead letters": ("4 due emails are sent", {"dead": frozenset()}),
    "a dead letter without a rejection": ("4 due emails are sent", {"rejected": frozenset()}),
    "an email to nobody": (
        "4 due emails are sent",
        {"emails": [*an_outcome().emails, an_email(ANA, "thanks", signature="x")]},
    ),
    "a duplicate email that nothing explains": (
        "4 duplicates only as allowed",
        {"emails": [*an_outcome().emails, an_email(BEN, "thanks")]},
    ),
    "a copy that says something else": (
        "4 duplicates only as allowed",
        {"emails": [*an_outcome().emails, an_email(BEN, "thanks", subject="Other")], "kills": [("mailer-1", 1.5)]},
    ),
    "a repeat told from its body": ("5 repeats are answered alike", {"ledger": replies(a_reply(state="confirmed"))}),
    "a repeat told from a header": (
        "5 repeats are answered alike",
        {"ledger": replies(dataclasses.replace(a_reply(), headers=(("X-Known", "1"),)))},
    ),
    "a repeat told from its status": ("5 repeats are answered alike", {"ledger": replies(a_reply(409))}),
    "an address in a log": ("7 no personal data in logs", {"logs": "sent to qxaab@example.org"}),
    "a name in a log": ("7 no personal data in logs", {"logs": "Qxaab"}),
    "a name left in a withdrawn row": (
        "8 nothing is left of who withdrew",
        {"rows": rows_with(a_row(EVA, "withdrawn", family_name="A"))},
    ),
    "an address left in the registry": (
        "8 nothing is left of who withdrew",
        {"registry": [*an_outcome().registry, {"pk": "address#1", "sk": "address", "seen": "qxaac@example.org"}]},
    ),
    "an answer that nobody documented": (
        "only documented answers",
        {"ledger": dataclasses.replace(replies(), unexpected=["500"])},
    ),
    "a process that fell over": ("only documented answers", {"crashes": ["projector"]}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_checker_finds(wrong: str) -> None:
    promise, changes = WRONG[wrong]
    assert promise in PROMISES
    assert promise in broken(an_outcome(**changes))


def test_a_duplicate_email_is_allowed_only_after_a_lost_answer_or_when_its_mailer_died_before_marking() -> None:
    twice = [*an_outcome().emails, an_email(BEN, "thanks", at=5.0)]
    unheard = [dataclasses.replace(m, is_answered=False) if m.signature == "id1" else m for m in twice]
    assert check(an_outcome(emails=unheard)) == []
    assert check(an_outcome(emails=twice, kills=[("mailer-1", 2.0)])) == []
    assert broken(an_outcome(emails=twice, kills=[("mailer-2", 2.0)])) == ["4 duplicates only as allowed"]
    later = [
        *an_outcome().emails[:1],
        an_email(ANA, "thanks", at=1.5),
        *an_outcome().emails[2:],
        an_email(BEN, "thanks", at=5.0),
    ]
    assert broken(an_outcome(emails=later, kills=[("mailer-1", 2.0)])) == ["4 duplicates only as allowed"]
    doubled = count_duplicates(an_outcome(emails=twice, kills=[("mailer-1", 2.0)]))
    assert (doubled.answer_lost, doubled.mailer_killed, doubled.unexplained) == (0, 1, ())


def test_what_is_stored_must_come_whole_from_one_form_of_a_burst() -> None:
    forms = (Form(ANA.spellings[0], "Qxaaa A", "PE"), Form(ANA.spellings[1], "Qxaaa B", "US"))
    ledger = an_outcome().ledger
    ledger.actions[0] = [Action("burst", forms), an_action(ANA, "confirm")]
    second = a_row(ANA, "confirmed", email="qxa.aa@googlemail.com", family_name="Qxaaa B", country="PE")
    assert broken(an_outcome(ledger=ledger)) == []
    assert broken(an_outcome(ledger=ledger, rows=rows_with(second))) == ["2 what was answered is stored"]
