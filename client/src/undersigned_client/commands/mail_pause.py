"""Pausing mail and letting it go on, of one campaign or of all. Signing never stops for it, and nobody loses a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

ALL = "/admin/mail"


def show(session: Session, asked: Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """Whether all mail is paused, and of which campaigns it is."""
    state = session.api.get(ALL)
    listed = session.api.get("/admin/campaigns", archived="true")["campaigns"]
    paused = [one["id"] for one in listed if one["mail_paused"]]
    if session.terminal.as_json:
        session.terminal.json({**state, "campaigns": paused})
        return Exit.DONE
    if state["paused"]:
        session.terminal.line(_all_paused(state))
    elif not paused:
        session.terminal.line(say("Emails are going out."))
    for name in paused:
        session.terminal.line(say("{id}: emails are paused.", id=name))
    return Exit.DONE


def _all_paused(state: dict[str, Any]) -> str:
    return say("All emails have been paused since {moment}.", moment=state["changed_at"])


def turn(session: Session, asked: Namespace) -> int:
    """Pause mail, or let it go on; of one campaign, or of all."""
    return _turn_all(session, asked) if asked.all else _turn_one(session, asked)


def _turn_all(session: Session, asked: Namespace) -> int:
    state = session.api.get(ALL)
    if state["paused"] == asked.paused:
        return _tell(session, state, _already(asked))
    if not session.terminal.agrees(f"{_what_it_means(asked)} {_really_all(asked)}", is_sure=asked.yes):
        return Exit.DONE
    return _tell(session, session.api.put(ALL, {"paused": asked.paused}, version=None), _done(asked))


def _turn_one(session: Session, asked: Namespace) -> int:
    path = path_of(asked.campaign)
    found = session.api.get(path)
    if found["mail_paused"] == asked.paused:
        return _tell(session, found, _already(asked))
    if not session.terminal.agrees(f"{_what_it_means(asked)} {_really(asked)}", is_sure=asked.yes):
        return Exit.DONE
    saved = session.api.patch(path, {"mail_paused": asked.paused}, version=found["version"])
    _tell(session, saved, _done(asked))
    if not asked.paused and (state := session.api.get(ALL))["paused"]:
        session.terminal.note(_all_paused(state))
    return Exit.DONE


def _what_it_means(asked: Namespace) -> str:
    if asked.paused:
        return say("People can go on signing, but nobody gets an email; what is due waits.")
    return say("Emails that waited are sent within about an hour.")


def _really(asked: Namespace) -> str:
    if asked.paused:
        return say("Pause the emails of {campaign}?", campaign=asked.campaign)
    return say("Resume the emails of {campaign}?", campaign=asked.campaign)


def _really_all(asked: Namespace) -> str:
    return say("Pause the emails of every campaign?") if asked.paused else say("Resume all emails?")


def _already(asked: Namespace) -> str:
    return say("They are already paused.") if asked.paused else say("They are not paused.")


def _done(asked: Namespace) -> str:
    if asked.paused:
        return say("Emails will be paused within half a minute.")
    return say("Emails are going out again. Those that waited are sent within about an hour.")


def _tell(session: Session, answer: dict[str, Any], words: str) -> int:
    if session.terminal.as_json:
        session.terminal.json(answer)
    else:
        session.terminal.line(words)
    return Exit.DONE
