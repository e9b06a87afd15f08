"""`campaigns open` and `campaigns close`: says in numbers what that means, asks, and does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def set_state(session: Session, options: Namespace) -> int:
    """Open or close a campaign, after saying what that means."""
    path = path_of(options.campaign)
    campaign = session.api.get(path)
    if campaign["state"] == options.new_state:
        _report(session, campaign, translate("It is already {state}.", state=translate(options.new_state)))
        return Exit.DONE
    pending = session.api.get(path_of(options.campaign, "counts"), by="day")["signatures"]["pending"]
    if not session.terminal.agrees(_what_it_means(options.new_state, pending), is_sure=options.yes):
        return Exit.DONE
    saved = session.api.patch(path, {"state": options.new_state}, version=campaign["version"])
    _report(session, saved, translate("It is {state} now.", state=translate(saved["state"])))
    return Exit.DONE


def _report(session: Session, campaign: dict[str, Any], sentence: str) -> None:
    if session.terminal.as_json:
        session.terminal.json(campaign)
    else:
        session.terminal.line(sentence)


def _what_it_means(state: str, pending: int) -> str:
    if state == "open":
        return translate("The form will accept signatures. Open it?")
    late = plural(pending, "One person has 24 hours to confirm.", "{n} people have 24 hours to confirm.")
    return f"{translate('The form will accept no more signatures.')} {late} {translate('Close it?')}"
