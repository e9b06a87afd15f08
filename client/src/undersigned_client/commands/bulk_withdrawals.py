"""`withdrawals`: lists what was withdrawn together, and undoes one within a day.

It goes on in steps; what is restored stays so, so an interrupted command can simply be run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.api.admin_api import path_of
from undersigned_client.commands.undoing import undo_in_steps, until
from undersigned_client.errors import Exit, Failure
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.api.admin_api import Answer
    from undersigned_client.session import Session


def withdrawals(session: Session, options: Namespace) -> int:
    """What was withdrawn together in the last 30 days; with `--undo`, undo one after asking."""
    found = session.api.get(path_of(options.campaign, "withdrawals"))["withdrawals"]
    if options.undo:
        return _undo(session, options, found)
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "withdrawals": found})
    elif not found:
        session.terminal.line(translate("Nothing was withdrawn together in the last 30 days."))
    else:
        names = ("id", translate("withdrawn"), translate("restored"), translate("which"), translate("undo until"))
        session.terminal.table(names, [_row(one) for one in found], numbers=(1, 2))
    return Exit.DONE


def _row(one: Answer) -> tuple[object, ...]:
    which = ", ".join(f"{name} {value}" for name, value in one["filters"].items())
    return one["id"], number(one["signatures"]), number(one["restored"]), which, until(one)


def _undo(session: Session, options: Namespace, found: list[Answer]) -> int:
    wanted = next((one for one in found if one["id"] == options.undo), None)
    if wanted is None:
        raise Failure(translate("There is no withdrawal {id}.", id=options.undo))
    expected = wanted["signatures"] - wanted["restored"]
    question = plural(expected, "Restore one signature?", "Restore {n} signatures?")
    if wanted["undo_until"] and not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    path = (options.campaign, "withdrawals", options.undo)
    restored = undo_in_steps(session, path, "restored", translate("Restoring"), expected)
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "restored": restored})
    else:
        session.terminal.line(plural(restored, "One signature was restored.", "{n} signatures were restored."))
        if restored < expected:
            session.terminal.note(
                translate("The others signed again, withdrew or were erased since, and stay as they are.")
            )
    return Exit.DONE
