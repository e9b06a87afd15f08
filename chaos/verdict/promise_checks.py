"""Holds what is there against promises 1 to 5, 7 and 8, to the row; it says what is wrong and changes nothing.

A violation names a person by number, never by address: reports are kept.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chaos.plan import LETTER, PETITION
from chaos.stack.fake_ses import owner_of
from chaos.verdict.expected_state import CONFIRMED, WITHDRAWN, expected
from chaos.verdict.mail_checks import mails_owed, mails_said_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chaos.verdict.observed_state import Evidence

STUB = frozenset({"pk", "sk", "state", "signed_at", "withdrawn_at", "changed_at", "expires_at"})
GROUPS = ("state", "day", "country", "language", "event:withdrawn")
BUSY = 503


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that did not hold, and where."""

    promise: str
    what: str


def check(evidence: Evidence) -> list[Violation]:
    """Everything that is wrong; empty when all promises held."""
    return [Violation(promise, what) for promise, find in PROMISES.items() for what in find(evidence)]


def signed_once(evidence: Evidence) -> Iterator[str]:
    """1: one signature per campaign and address, however it was spelt and raced for."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in evidence.rows:
        if row["sk"] not in evidence.signed_by:
            yield f"row {row['sk']} is of nobody who signed"
        if "email" in row:
            owners[_campaign(row), owner_of(row["email"])].add(row["sk"])
    yield from (f"{len(keys)} signatures of one address: {sorted(keys)}" for keys in owners.values() if len(keys) > 1)


def answered_is_stored(evidence: Evidence) -> Iterator[str]:
    """2: what was answered with success is there, as it was typed last, and in the state it was brought to."""
    rows = {row["sk"]: row for row in evidence.rows}
    for person in evidence.people:
        stands = expected(person, evidence.ledger.deeds.get(person.number, ()))
        row = rows.get(evidence.ids[person.number])
        if stands.state and row is None:
            yield f"the signature of person {person.number} is lost"
        elif row is not None and not stands.holds(row):
            yield f"the signature of person {person.number} is {row['state']}, not {stands.state} as answered last"


def tallies_are_right(evidence: Evidence) -> Iterator[str]:
    """3: counters equal the rows, bucket by bucket, by our own count and by the app's."""
    yield from evidence.differences
    tallies = {(i["pk"].partition("#")[2], int(i["sk"].partition("#")[2])): i for i in _tally_items(evidence)}
    counted: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in evidence.rows:
        campaign, _, bucket = row["pk"].rpartition("#")
        counted[campaign, int(bucket)].update(_counters_of(row))
    for place in sorted(tallies.keys() | counted.keys()):
        found = {n: int(v) for n, v in tallies.get(place, {}).items() if n.startswith(GROUPS) and ":" in n and v}
        if found != counted[place]:
            yield f"bucket {place[1]} of {place[0]} says {found}, its rows {dict(counted[place])}"
        yield from (f"{n} is {v} in {place}" for n, v in tallies.get(place, {}).items() if ":" in n and v < 0)


def repeats_are_answered_alike(evidence: Evidence) -> Iterator[str]:
    """5: nobody can tell from an answer to a form whether the address had signed."""
    alike: dict[tuple[str, int], Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for is_first, to_what, reply in evidence.ledger.replies:
        kind = (to_what if reply.status != BUSY else "any", reply.status)
        alike[kind][reply.lasting_headers, _without_count(reply.body)] += 1
        if reply.status not in (201, BUSY):
            yield f"a {'first' if is_first else 'repeated'} form was answered {reply.status}"
    for (to_what, status), answers in alike.items():
        if len(answers) > 1:
            yield f"{len(answers)} different answers of status {status} to forms of {to_what}: {list(answers)}"


def the_person_is_forgotten(evidence: Evidence) -> Iterator[str]:
    """8: nothing of somebody who withdrew, or was erased, is left in either table."""
    everything = json.dumps([*evidence.rows, *evidence.registry], default=str, ensure_ascii=False)
    rows = {row["sk"]: row for row in evidence.rows}
    for person in evidence.people:
        if expected(person, evidence.ledger.deeds.get(person.number, ())).state != WITHDRAWN:
            continue
        more = sorted(rows.get(evidence.ids[person.number], {}).keys() - STUB)
        if more:
            yield f"the withdrawn signature of person {person.number} still has {more}"
        if person.name in everything or any(spelling in everything for spelling in person.spellings):
            yield f"something of person {person.number} is left in a table"


def logs_name_nobody(evidence: Evidence) -> Iterator[str]:
    """7: no address is in any log line, not even in those about failures."""
    for person in evidence.people:
        if person.name in evidence.logs or any(spelling in evidence.logs for spelling in person.spellings):
            yield f"a log names person {person.number}"


def nothing_odd_happened(evidence: Evidence) -> Iterator[str]:
    """Every answer was one that is documented, and nothing ended that was not killed."""
    yield from sorted(set(evidence.ledger.odd))
    yield from (f"{name} ended by itself" for name in evidence.crashes)


PROMISES: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "1 one signature an address": signed_once,
    "2 what was answered is stored": answered_is_stored,
    "3 tally = recount": tallies_are_right,
    "4 owed mails are sent": mails_owed,
    "4 doubled only as allowed": mails_said_twice,
    "5 repeats are answered alike": repeats_are_answered_alike,
    "7 no personal data in logs": logs_name_nobody,
    "8 nothing is left of who withdrew": the_person_is_forgotten,
    "only documented answers": nothing_odd_happened,
}


def _campaign(row: Mapping[str, Any]) -> str:
    return str(row["pk"]).rpartition("#")[0]


def _tally_items(evidence: Evidence) -> Iterator[Mapping[str, Any]]:
    wanted = {f"campaign#{name}" for name in (PETITION, LETTER)}
    yield from (i for i in evidence.registry if i["pk"] in wanted and i["sk"].startswith("tally#"))


def _counters_of(row: Mapping[str, Any]) -> Iterator[str]:
    if row["state"] == WITHDRAWN:
        yield "event:withdrawn"  # nobody here signs again after that
        return
    yield f"state:{row['state']}"
    if row["state"] == CONFIRMED:
        yield from (f"{group}:{row[group]}" for group in ("day", "country", "language"))


def _without_count(body: str) -> str:
    said = json.loads(body)
    said.pop("count", None)
    return json.dumps(said, sort_keys=True, ensure_ascii=False)
