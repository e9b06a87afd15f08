"""`updates`: news of a campaign to the signers who want it: what was written, how each stands, and what became of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

    Update = dict[str, Any]

POLL_SECONDS = 3.0


def list_updates(session: Session, options: Namespace) -> int:
    """The updates of a campaign, newest first."""
    answer = session.api.get(path_of(options.campaign, "updates"))
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    if not answer["updates"]:
        session.terminal.line(translate("There are no updates yet."))
        return Exit.DONE
    figures = _figures()
    names = ("id", translate("state"), translate("subject"), *figures.values())
    session.terminal.table(names, [_row(one, figures) for one in answer["updates"]], numbers=range(3, len(names)))
    return Exit.DONE


def _row(update: Update, figures: dict[str, str]) -> tuple[str, ...]:
    subject = str(next(filter(None, update["subjects"].values()), ""))
    return update["id"], state_of(update), subject, *(number(update[name]) for name in figures)


def show(session: Session, options: Namespace) -> int:
    """One update: its words and its figures; with --follow, until it has been sent."""
    update = get(session, options)
    if options.follow:
        update = _follow(session, options, update)
    if not session.terminal.as_json:
        for language, text in update["texts"].items():
            session.terminal.line(f"[{language}] {text['subject']}\n\n{text['body']}\n")
    return report(session, update)


def get(session: Session, options: Namespace) -> Update:
    """The update that was named. Raises Refused."""
    found: Update = session.api.get(path_of(options.campaign, "updates", options.update))
    return found


def _follow(session: Session, options: Namespace, update: Update) -> Update:
    with session.terminal.progress() as bars:
        bar = bars.add_task(translate("Sending"), total=update["recipients"])
        while update["state"] == "sending":
            done = update["sent"] + update["failed"] + update["skipped"]
            bars.update(bar, completed=done, description=state_of(update))
            time.sleep(POLL_SECONDS)
            update = get(session, options)
    return update


def report(session: Session, update: Update) -> int:
    """Says how an update stands, and its figures."""
    if session.terminal.as_json:
        session.terminal.json(update)
        return Exit.DONE
    session.terminal.line(f"{update['id']}: {state_of(update)}")
    if update["state"] == "draft":
        session.terminal.line(plural(update["recipients"], "It would reach one signer.", "It would reach {n} signers."))
        return Exit.DONE
    rows = [(name, number(update[key])) for key, name in _figures().items()]
    rows += [(name, number(update[key])) for key, name in _odd_figures().items() if update[key]]
    session.terminal.table((translate("what became of it"), ""), rows, numbers=(1,))
    return Exit.DONE


def state_of(update: Update) -> str:
    """The state in words, with what it waits for or why it is paused."""
    words = {
        "draft": translate("draft"),
        "sending": translate("being sent"),
        "paused": translate("paused"),
        "sent": translate("sent"),
        "stopped": translate("stopped"),
    }
    state = words.get(update["state"], str(update["state"]))
    why = _reasons().get(update["reason"] or update["waits_for"] or "", "")
    return f"{state}: {why}" if why and update["state"] in {"sending", "paused"} else state


def _reasons() -> dict[str, str]:
    return {
        "bounces": translate("too many bounced"),
        "complaints": translate("too many called it spam"),
        "refused": translate("the email service refuses this sender"),
        "confirmations": translate("confirmations go first"),
        "quota": translate("its share of the day is used up"),
        "mail_paused": translate("emails are paused"),
        "ses": translate("the email service asks to wait"),
    }


def _figures() -> dict[str, str]:
    return {
        "recipients": translate("recipients"),
        "sent": translate("sent"),
        "delivered": translate("delivered"),
        "bounced": translate("bounced"),
        "complained": translate("called spam"),
        "unsubscribed": translate("left"),
    }


def _odd_figures() -> dict[str, str]:
    return {"failed": translate("refused for good"), "skipped": translate("not to be emailed any more")}
