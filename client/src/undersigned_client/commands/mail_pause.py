"""`mail`: pauses and resumes the emails of one campaign or of all. People can go on signing, and no email is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

ALL = "/admin/mail"


def show(session: Session, options: Namespace) -> int:  # noqa: ARG001 - every command has this signature
    """Whether all emails are paused, and those of which campaigns."""
    state = session.api.get(ALL)
    listed = session.api.get("/admin/campaigns", archived="true")["campaigns"]
    paused = [one["id"] for one in listed if one["mail_paused"]]
    if session.terminal.as_json:
        session.terminal.json({**state, "campaigns": paused})
        return Exit.DONE
    if state["paused"]:
        session.terminal.line(_all_paused(state))
    elif not paused:
        session.terminal.line(translate("Emails are going out."))
    for name in paused:
        session.terminal.line(translate("{id}: emails are paused.", id=name))
    return Exit.DONE


def _all_paused(state: dict[str, Any]) -> str:
    return translate("All emails have been paused since {moment}.", moment=state["changed_at"])


def set_paused(session: Session, options: Namespace) -> int:
    """Pause or resume the emails of one campaign, or of all."""
    return _set_all(session, options) if options.all else _set_one(session, options)


def _set_all(session: Session, options: Namespace) -> int:
    state = session.api.get(ALL)
    if state["paused"] == options.paused:
        return _report(session, state, _already(options))
    if not session.terminal.agrees(f"{_what_it_means(options)} {_confirm_all(options)}", is_sure=options.yes):
        return Exit.DONE
    return _report(session, session.api.put(ALL, {"paused": options.paused}, version=None), _done(options))


def _set_one(session: Session, options: Namespace) -> int:
    path = path_of(options.campaign)
    campaign = session.api.get(path)
    if campaign["mail_paused"] == options.paused:
        return _report(session, campaign, _already(options))
    if not session.terminal.agrees(f"{_what_it_means(options)} {_confirm_one(options)}", is_sure=options.yes):
        return Exit.DONE
    saved = session.api.patch(path, {"mail_paused": options.paused}, version=campaign["version"])
    _report(session, saved, _done(options))
    if not options.paused and (state := session.api.get(ALL))["paused"]:
        session.terminal.note(_all_paused(state))
    return Exit.DONE


def _what_it_means(options: Namespace) -> str:
    if options.paused:
        return translate("People can go on signing, but nobody gets an email; what is due waits.")
    return translate("Emails that waited are sent within about an hour.")


def _confirm_one(options: Namespace) -> str:
    if options.paused:
        return translate("Pause the emails of {campaign}?", campaign=options.campaign)
    return translate("Resume the emails of {campaign}?", campaign=options.campaign)


def _confirm_all(options: Namespace) -> str:
    return translate("Pause the emails of every campaign?") if options.paused else translate("Resume all emails?")


def _already(options: Namespace) -> str:
    return translate("They are already paused.") if options.paused else translate("They are not paused.")


def _done(options: Namespace) -> str:
    if options.paused:
        return translate("Emails will be paused within half a minute.")
    return translate("Emails are going out again. Those that waited are sent within about an hour.")


def _report(session: Session, answer: dict[str, Any], sentence: str) -> int:
    if session.terminal.as_json:
        session.terminal.json(answer)
    else:
        session.terminal.line(sentence)
    return Exit.DONE
