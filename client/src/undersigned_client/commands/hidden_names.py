"""`hide` and `show`: keep names from the public list and from what is handed over, or let them be shown again.

A signature counts as before. What is done stays so and repeating it changes nothing, so an interrupted command can simply be run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Failure, Misused
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from undersigned_client.session import Session


def add_options(command: ArgumentParser, *, shown: bool) -> None:
    """Add which signatures, and why."""
    about = translate("the number of a signature, as signatures lists it")
    command.add_argument("signatures", metavar="ID", nargs="+", help=about)
    if not shown:
        why = translate("why; other organizers, and the person, can read it")
        command.add_argument("--reason", metavar="WORDS", required=True, help=why)
    command.set_defaults(shown=shown, reason="")


def decide(session: Session, options: Namespace) -> int:
    """Hide the names of the signatures that are named, or show them again."""
    reason = (options.reason or "").strip()
    if not options.shown and not reason:
        raise Misused(translate("Say why with --reason: other organizers, and the person, can read it."))
    decision = {"shown": options.shown, **({} if options.shown else {"reason": reason})}
    done = 0
    for signature in dict.fromkeys(options.signatures):
        try:
            session.api.change(path_of(options.campaign, "signatures", signature), decision)
        except Failure:
            if done:
                session.terminal.note(
                    plural(done, "The first one is done, and stays done.", "The first {n} are done, and stay done.")
                )
            raise
        done += 1
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "shown" if options.shown else "hidden": done})
    elif options.shown:
        session.terminal.line(plural(done, "One name may be shown again.", "{n} names may be shown again."))
    else:
        session.terminal.line(plural(done, "One name is hidden.", "{n} names are hidden."))
    return Exit.DONE
