"""Lets held mails go, or drops their signatures: all, or those of a reason, a network, a mail domain. It asks once, in numbers.

Many are dealt with step by step. What a step did is no longer held, so whoever was interrupted says the same again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Failure, Interrupted, Misused
from undersigned_client.language.messages import many, number, say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from undersigned_client.api.admin_api import Answer
    from undersigned_client.session import Session

CHOICES = ("reason", "network", "domain")
DONE = {"release": "released", "drop": "dropped"}


def settle(session: Session, asked: Namespace) -> int:
    """Let go, or drop, all that is held or what was chosen of it, after saying how many that concerns."""
    wish = {name: value for name in CHOICES if (value := getattr(asked, name)) is not None}
    if not all(wish.values()):
        # A script whose variable is empty must not mean everything.
        raise Misused(say("One of the filters is empty. Leave it out to mean everything held back."))
    count, is_exact = expected(session.api.get(path_of(asked.campaign, "held")), wish)
    if is_exact and not count:
        return _tell(session, asked, 0)
    question = f"{_how_many(count, is_exact=is_exact)} {_what_it_means(asked.what)}"
    if not session.terminal.agrees(question, is_sure=asked.yes):
        return Exit.DONE
    return _tell(session, asked, _all(session, asked, wish, count if is_exact else None))


def expected(found: dict[str, Any], wish: dict[str, str]) -> tuple[int, bool]:
    """How many are held of what is wished, and whether that is all and not only the least.

    By reason the API counts all of them. Networks and domains it tells of the newest alone, and each only where it is why.
    """
    if not wish.keys() - {"reason"}:
        return sum(n for reason, n in found["held"].items() if wish.get("reason", reason) == reason), True
    asked_of = [one for one in found["groups"] if wish.get("reason", one["reason"]) == one["reason"]]
    fitting = [one for one in asked_of if all(one[name] == value.lower() for name, value in wish.items())]
    are_told = all(one[name] for one in asked_of for name in wish)
    return sum(one["signatures"] for one in fitting), found["is_whole"] and are_told


def _how_many(count: int, *, is_exact: bool) -> str:
    if is_exact:
        return many(count, "This concerns one signature.", "This concerns {n} signatures.")
    if not count:
        return say("How many signatures this concerns cannot be known in advance.")
    return many(count, "This concerns at least one signature.", "This concerns at least {n} signatures.")


def _what_it_means(what: str) -> str:
    if what == "release":
        return say("Their signers get the email, whatever the limits say. Send them?")
    return say(
        "Discarded signatures do not count and lose all personal data, for good; real people can sign again. Discard?"
    )


def _all(session: Session, asked: Namespace, wish: dict[str, str], total: int | None) -> int:
    done, was_lost = 0, False
    try:
        with session.terminal.progress() as bars:
            words = say("Sending") if asked.what == "release" else say("Discarding")
            bar = bars.add_task(words, total=total)
            for step in _steps(session, asked, wish):
                done += step[DONE[asked.what]]
                was_lost = was_lost or step.is_repeat
                # The number too: a bar without a known end moves, and says nothing.
                bars.update(bar, completed=done, description=f"{words} {number(done)}")
    except KeyboardInterrupt:
        if not done:
            raise
        raise Interrupted(_so_far(done)) from None
    except Failure:
        if done:
            session.terminal.note(_so_far(done))
        raise
    if was_lost:
        session.terminal.note(say("An answer was lost on the way: more may have been done than is counted here."))
    return done


def _steps(session: Session, asked: Namespace, wish: dict[str, str]) -> Iterator[Answer]:
    """What each call says of what it did, until there is no more."""
    cursor: str | None = ""
    while cursor is not None:
        body = {**wish, "cursor": cursor} if cursor else wish
        step: Answer = session.api.post(path_of(asked.campaign, "held", asked.what), body, repeatable=True)
        cursor = step["cursor"]
        yield step


def _so_far(done: int) -> str:
    # The step whose answer did not come may be done as well.
    told = many(done, "At least one is done, and stays done.", "At least {n} are done, and stay done.")
    return f"{told} {say('Run the same command again for the rest.')}"


def _tell(session: Session, asked: Namespace, done: int) -> int:
    if session.terminal.as_json:
        session.terminal.json({"campaign": asked.campaign, DONE[asked.what]: done})
    elif not done:
        session.terminal.line(say("Nothing like that is held back."))
    elif asked.what == "release":
        session.terminal.line(many(done, "One email is on its way.", "{n} emails are on their way."))
    else:
        session.terminal.line(many(done, "One signature was discarded.", "{n} signatures were discarded."))
    return Exit.DONE
