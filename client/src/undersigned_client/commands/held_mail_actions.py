"""`held release` and `held drop`: sends emails that were held back, or discards their signatures, after asking once.

It can be limited to a reason, a network or an email domain. Large numbers are handled in steps; what is done is no
longer held back, so an interrupted command can simply be run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Failure, Interrupted, Misused
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from undersigned_client.api.admin_api import Answer
    from undersigned_client.session import Session

FILTERS = ("reason", "network", "domain")
PAST_TENSE = {"release": "released", "drop": "dropped"}


def settle(session: Session, options: Namespace) -> int:
    """Release or drop everything held back, or what the filters select, after saying how many that affects."""
    filters = {name: value for name in FILTERS if (value := getattr(options, name)) is not None}
    if not all(filters.values()):
        # A script whose variable is empty must not mean everything.
        raise Misused(translate("One of the filters is empty. Leave it out to mean everything held back."))
    count, is_exact = expected(session.api.get(path_of(options.campaign, "held")), filters)
    if is_exact and not count:
        return _report(session, options, 0)
    question = f"{_how_many(count, is_exact=is_exact)} {_what_it_means(options.what)}"
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    return _report(session, options, _handle_all(session, options, filters, count if is_exact else None))


def expected(report: dict[str, Any], filters: dict[str, str]) -> tuple[int, bool]:
    """How many signatures the filters select, and whether that is exact or only a minimum.

    The API counts all of them by reason, but lists networks and domains only of the newest, and only where they are
    the reason.
    """
    if not filters.keys() - {"reason"}:
        return sum(n for reason, n in report["held"].items() if filters.get("reason", reason) == reason), True
    candidates = [one for one in report["groups"] if filters.get("reason", one["reason"]) == one["reason"]]
    matching = [one for one in candidates if all(one[name] == value.lower() for name, value in filters.items())]
    are_complete = all(one[name] for one in candidates for name in filters)
    return sum(one["signatures"] for one in matching), report["is_whole"] and are_complete


def _how_many(count: int, *, is_exact: bool) -> str:
    if is_exact:
        return plural(count, "This concerns one signature.", "This concerns {n} signatures.")
    if not count:
        return translate("How many signatures this concerns cannot be known in advance.")
    return plural(count, "This concerns at least one signature.", "This concerns at least {n} signatures.")


def _what_it_means(what: str) -> str:
    if what == "release":
        return translate("Their signers get the email, whatever the limits say. Send them?")
    return translate(
        "Discarded signatures do not count and lose all personal data, for good; real people can sign again. Discard?"
    )


def _handle_all(session: Session, options: Namespace, filters: dict[str, str], total: int | None) -> int:
    done, was_lost = 0, False
    try:
        with session.terminal.progress() as bars:
            label = translate("Sending") if options.what == "release" else translate("Discarding")
            bar = bars.add_task(label, total=total)
            for step in _steps(session, options, filters):
                done += step[PAST_TENSE[options.what]]
                was_lost = was_lost or step.is_repeat
                # With the number, since a bar without a known end only moves.
                bars.update(bar, completed=done, description=f"{label} {number(done)}")
    except KeyboardInterrupt:
        if not done:
            raise
        raise Interrupted(_so_far(done)) from None
    except Failure:
        if done:
            session.terminal.note(_so_far(done))
        raise
    if was_lost:
        session.terminal.note(translate("An answer was lost on the way: more may have been done than is counted here."))
    return done


def _steps(session: Session, options: Namespace, filters: dict[str, str]) -> Iterator[Answer]:
    """The answer to each step, until nothing is left."""
    cursor: str | None = ""
    while cursor is not None:
        body = {**filters, "cursor": cursor} if cursor else filters
        step: Answer = session.api.post(path_of(options.campaign, "held", options.what), body, repeatable=True)
        cursor = step["cursor"]
        yield step


def _so_far(done: int) -> str:
    # The step whose answer was lost may be done as well.
    progress = plural(done, "At least one is done, and stays done.", "At least {n} are done, and stay done.")
    return f"{progress} {translate('Run the same command again for the rest.')}"


def _report(session: Session, options: Namespace, done: int) -> int:
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, PAST_TENSE[options.what]: done})
    elif not done:
        session.terminal.line(translate("Nothing like that is held back."))
    elif options.what == "release":
        session.terminal.line(plural(done, "One email is on its way.", "{n} emails are on their way."))
    else:
        session.terminal.line(plural(done, "One signature was discarded.", "{n} signatures were discarded."))
    return Exit.DONE
