"""Checks promises 1 to 5 and 7 to 9 against the observed state, row by row; it changes nothing.

A violation names a person by number, never by address, because reports are kept.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chaos.plan import LETTER, PETITION, SOURCE_ROOM
from chaos.stack.fake_ses import owner_of
from chaos.verdict.email_checks import due_emails_are_sent, duplicates_are_explained
from chaos.verdict.expected_state import CONFIRMED, WITHDRAWN, expected
from chaos.verdict.update_checks import update_marks_are_true, updates_reach_nobody_else, updates_reach_their_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chaos.verdict.observed_state import ObservedState

STUB = frozenset(
    {"pk", "sk", "state", "signed_at", "withdrawn_at", "withdrawn_by", "changed_at", "expires_at"}
    | {"left_sponsors", "left_states", "round"}
)
GROUPS = ("state", "day", "country", "language", "source", "event:withdrawn", "updates")
BUSY = 503


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise, and where."""

    promise: str
    what: str


def check(observed: ObservedState) -> list[Violation]:
    """Every violation; empty when all promises hold."""
    return [Violation(promise, what) for promise, find in PROMISES.items() for what in find(observed)]


def signed_once(observed: ObservedState) -> Iterator[str]:
    """1: one signature per campaign and address, whatever the spellings and races."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in observed.rows:
        if row["sk"] not in observed.signed_by:
            yield f"row {row['sk']} belongs to nobody who signed"
        if "email" in row:
            owners[_campaign(row), owner_of(row["email"])].add(row["sk"])
    yield from (f"{len(keys)} signatures of one address: {sorted(keys)}" for keys in owners.values() if len(keys) > 1)


def answered_is_stored(observed: ObservedState) -> Iterator[str]:
    """2: what was answered with success is stored, with the last values, in the last state."""
    rows = {row["sk"]: row for row in observed.rows}
    for person in observed.people:
        state = expected(person, observed.ledger.actions.get(person.number, ()))
        row = rows.get(observed.ids[person.number])
        if state.state and row is None:
            yield f"the signature of person {person.number} is lost"
        elif row is not None and not state.holds(row):
            yield f"the signature of person {person.number} is {row['state']}, not {state.state}, as last answered"


def tallies_are_right(observed: ObservedState) -> Iterator[str]:
    """3: counters match the rows of each bucket, by our own count and by the app's."""
    yield from observed.differences
    tallies = {(i["pk"].partition("#")[2], int(i["sk"].partition("#")[2])): i for i in _tally_items(observed)}
    counted: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in observed.rows:
        campaign, _, bucket = row["pk"].rpartition("#")
        counted[campaign, int(bucket)].update(_counters_of(row))
    for place in sorted(tallies.keys() | counted.keys()):
        counters = {n: int(v) for n, v in tallies.get(place, {}).items() if n.startswith(GROUPS) and ":" in n and v}
        if counters != counted[place]:
            yield f"bucket {place[1]} of {place[0]} says {counters}, its rows {dict(counted[place])}"
        yield from (f"{n} is {v} in {place}" for n, v in tallies.get(place, {}).items() if ":" in n and v < 0)


def counters_are_bounded(observed: ObservedState) -> Iterator[str]:
    """3: however many sources forms make up, a campaign counts no more than it has room for."""
    sources: dict[str, set[str]] = defaultdict(set)
    for item in _tally_items(observed):
        sources[item["pk"]].update(name for name in item if name.startswith("source:") and name != "source:other")
    yield from (f"{pk} counts {len(names)} sources" for pk, names in sources.items() if len(names) > SOURCE_ROOM)


def repeats_are_answered_alike(observed: ObservedState) -> Iterator[str]:
    """5: the answer to a form does not reveal whether the address has signed before."""
    alike: dict[tuple[str, int], Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for is_first, to_what, reply in observed.ledger.replies:
        kind = (to_what if reply.status != BUSY else "any", reply.status)
        alike[kind][reply.lasting_headers, _without_count(reply.body)] += 1
        if reply.status not in (201, BUSY):
            yield f"a {'first' if is_first else 'repeated'} form was answered {reply.status}"
    for (to_what, status), answers in alike.items():
        if len(answers) > 1:
            yield f"{len(answers)} different answers of status {status} to forms of {to_what}: {list(answers)}"


def the_person_is_forgotten(observed: ObservedState) -> Iterator[str]:
    """8: nothing of a person who withdrew or was erased is left in either table."""
    everything = json.dumps([*observed.rows, *observed.registry], default=str, ensure_ascii=False)
    rows = {row["sk"]: row for row in observed.rows}
    for person in observed.people:
        if expected(person, observed.ledger.actions.get(person.number, ())).state != WITHDRAWN:
            continue
        more = sorted(rows.get(observed.ids[person.number], {}).keys() - STUB)
        if more:
            yield f"the withdrawn signature of person {person.number} still has {more}"
        if person.name in everything or any(spelling in everything for spelling in person.spellings):
            yield f"something of person {person.number} is left in a table"


def logs_name_nobody(observed: ObservedState) -> Iterator[str]:
    """7: no log line contains an address or a name, not even those about failures."""
    for person in observed.people:
        if person.name in observed.logs or any(spelling in observed.logs for spelling in person.spellings):
            yield f"a log names person {person.number}"


def nothing_unexpected_happened(observed: ObservedState) -> Iterator[str]:
    """Every answer is documented, and no process crashed."""
    yield from sorted(set(observed.ledger.unexpected))
    yield from (f"{name} ended by itself" for name in observed.crashes)


PROMISES: dict[str, Callable[[ObservedState], Iterator[str]]] = {
    "1 one signature per address": signed_once,
    "2 what was answered is stored": answered_is_stored,
    "3 tally = recount": tallies_are_right,
    "3 counters are bounded": counters_are_bounded,
    "4 due emails are sent": due_emails_are_sent,
    "4 duplicates only as allowed": duplicates_are_explained,
    "5 repeats are answered alike": repeats_are_answered_alike,
    "7 no personal data in logs": logs_name_nobody,
    "8 nothing is left of who withdrew": the_person_is_forgotten,
    "9 updates reach who wants them": updates_reach_their_readers,
    "9 updates reach nobody else": updates_reach_nobody_else,
    "9 marks of updates are true": update_marks_are_true,
    "only documented answers": nothing_unexpected_happened,
}


def _campaign(row: Mapping[str, Any]) -> str:
    return str(row["pk"]).rpartition("#")[0]


def _tally_items(observed: ObservedState) -> Iterator[Mapping[str, Any]]:
    partitions = {f"campaign#{name}" for name in (PETITION, LETTER)}
    yield from (i for i in observed.registry if i["pk"] in partitions and i["sk"].startswith("tally#"))


def _counters_of(row: Mapping[str, Any]) -> Iterator[str]:
    if row["state"] == WITHDRAWN:
        yield "event:withdrawn"  # here nobody signs again after that
        return
    yield f"state:{row['state']}"
    if row["state"] == CONFIRMED:
        yield from (f"{group}:{row[group]}" for group in ("day", "country", "language", "source") if group in row)
        if "updates_at" in row:
            yield f"updates:{row.get('language', '')}:{row.get('country', '')}"


def _without_count(body: str) -> str:
    content = json.loads(body)
    content.pop("count", None)
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
