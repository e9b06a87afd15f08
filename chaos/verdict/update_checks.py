"""Promise 9: an update reaches whoever wanted it from before it began until the end, nobody twice, and nobody after they left."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chaos.verdict.expected_state import CONFIRMED, expected
from chaos.verdict.observed_state import UPDATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chaos.plan import Person
    from chaos.signers.request_ledger import BegunUpdate
    from chaos.verdict.observed_state import ObservedState

LEAVING = frozenset({"leave", "withdraw", "erase"})
# Whoever leaves while a worker already has their email in hand may get it: it has so long from its lease to SES, and before
# that two reads, each tried again while the tables are away.
IN_HAND_SECONDS = 20.0
SENT = "sent"
AFTERWARDS = "afterwards"


def updates_reach_their_readers(observed: ObservedState) -> Iterator[str]:
    """9: everybody who had confirmed and said yes before it began, and never left, has it; and it says that it is sent."""
    states = {item["sk"].partition("#")[2]: item for item in observed.registry if item["pk"].startswith("update#")}
    got = {(mail.signature, mail.kind) for mail in observed.emails}
    for update in observed.ledger.updates:
        state = next(
            (item["state"] for name, item in states.items() if name.endswith(update.id) and "state" in item), ""
        )
        if state != SENT:
            yield f"an update to {update.campaign} is {state or 'lost'}, not sent"
        for person in observed.people:
            if is_owed(observed, person, update) and (observed.ids[person.number], f"{UPDATE}{update.id}") not in got:
                yield f"person {person.number} never got the update {update.id}"


def is_owed(observed: ObservedState, person: Person, update: BegunUpdate) -> bool:
    """True for somebody who wanted it all along."""
    if person.campaign != update.campaign or not person.wants_updates or person.is_rejected:
        return False
    actions = observed.ledger.actions.get(person.number, ())
    if any(action.kind in LEAVING for action in actions):
        return False
    before = [action for action in actions if action.at < update.at]
    return expected(person, before).state == CONFIRMED


def updates_reach_nobody_else(observed: ObservedState) -> Iterator[str]:
    """9: nobody gets one who never said yes, or has left, withdrawn or been erased before their turn."""
    people = {person.number: person for person in observed.people}
    for mail in observed.emails:
        number = observed.signed_by.get(mail.signature)
        if not mail.kind.startswith(UPDATE) or number is None:
            continue
        if not people[number].wants_updates:
            yield f"person {number} never wanted updates and got one"
        left = [one.at for one in observed.ledger.actions.get(number, ()) if one.kind in LEAVING]
        # What is sent after the storm was read after it, when everybody had done what they did.
        if left and (mail.at > left[0] + IN_HAND_SECONDS or mail.sender == AFTERWARDS):
            yield f"person {number} left, and got an update {mail.at - left[0]:.1f} s later"


def update_marks_are_true(observed: ObservedState) -> Iterator[str]:
    """9: whoever is marked as having an update has it in their mailbox, and the figure of each bucket counts these marks."""
    got = {(mail.signature, mail.kind.removeprefix(UPDATE)) for mail in observed.emails if mail.kind.startswith(UPDATE)}
    marked: Counter[tuple[str, str, int]] = Counter()
    for item in observed.registry:
        if not item["pk"].startswith("mailed#") or "sent_at" not in item:
            continue
        _, campaign, update, bucket = item["pk"].split("#")
        marked[campaign, update, int(bucket)] += 1
        if (item["sk"], update) not in got:
            yield f"a mark of {update} says that somebody has it who has not"
    for item in observed.registry:
        if item["pk"].startswith("mailing#") and item.get("is_done"):
            _, campaign, update = item["pk"].split("#")[:3]
            if item["sent"] != marked[campaign, update, int(item["bucket"])]:
                yield f"bucket {item['bucket']} of {update} says {item['sent']} sent, its marks {marked[campaign, update, int(item['bucket'])]}"
