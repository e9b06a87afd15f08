"""`sheets`: lists the files of paper signatures that were entered, and takes one back within a day.

It goes on in steps; what is taken back stays so, so an interrupted command can simply be run again.
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


def sheets(session: Session, options: Namespace) -> int:
    """What was entered in the last 30 days; with `--undo`, take one back after asking."""
    found = session.api.get(path_of(options.campaign, "sheets"))["sheets"]
    if options.undo:
        return _undo(session, options, found)
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "sheets": found})
    elif not found:
        session.terminal.line(translate("No file was entered in the last 30 days."))
    else:
        names = ("id", translate("entered"), translate("removed"), translate("undo until"))
        session.terminal.table(names, [_row(one) for one in found], numbers=(1, 2))
    return Exit.DONE


def _row(one: Answer) -> tuple[object, ...]:
    return one["id"], number(one["signatures"]), number(one["undone"]), until(one)


def _undo(session: Session, options: Namespace, found: list[Answer]) -> int:
    wanted = next((one for one in found if one["id"] == options.undo), None)
    if wanted is None:
        raise Failure(translate("There is no file {id}.", id=options.undo))
    expected = wanted["signatures"] - wanted["undone"]
    question = plural(expected, "Remove one signature again?", "Remove {n} signatures again?")
    if wanted["undo_until"] and not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    path = (options.campaign, "sheets", options.undo)
    undone = undo_in_steps(session, path, "undone", translate("Taking back"), expected)
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "undone": undone})
    else:
        session.terminal.line(plural(undone, "One signature was removed.", "{n} signatures were removed."))
        if undone < expected:
            session.terminal.note(
                translate("The others were changed, withdrawn or erased since, and stay as they are.")
            )
    return Exit.DONE
