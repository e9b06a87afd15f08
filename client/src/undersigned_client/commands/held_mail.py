"""Mails that the API held back: how many and why, and where they come from. It changes nothing and judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import many, number, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

MOST_LINES = 10


def campaigns(session: Session, asked: Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """A line for each campaign that has mails held back."""
    listed = session.api.get("/admin/campaigns", archived="true")["campaigns"]
    found = [{"id": one["id"], "held": one["held"], "title": one["title"]} for one in listed if one["held"]]
    if session.terminal.as_json:
        session.terminal.json({"campaigns": found})
    elif not found:
        session.terminal.line(say("No emails are held back."))
    else:
        rows = [(one["id"], number(one["held"]), one["title"]) for one in found]
        session.terminal.table((say("campaign"), say("held"), say("title")), rows, numbers=(1,))
    return Exit.DONE


def show(session: Session, asked: Namespace) -> int:
    """How many are held in one campaign and why, and which networks and mail domains stand out."""
    found = session.api.get(path_of(asked.campaign, "held"))
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    _tell_trends(session, found["trends"])
    if not (total := sum(found["held"].values())):
        session.terminal.line(say("No emails are held back."))
        return Exit.DONE
    waits = many(
        total, "One email is held back until you review it.", "{n} emails are held back until you review them."
    )
    session.terminal.line(waits)
    ordered = sorted(found["held"].items(), key=lambda one: (-one[1], one[0]))
    rows = [(reason, number(count), why(reason)) for reason, count in ordered]
    session.terminal.table((say("reason"), say("signatures"), ""), rows, numbers=(1,))
    _tell_origins(session, found)
    session.terminal.note(say("undersigned held release sends them; undersigned held drop discards their signatures."))
    return Exit.DONE


def _tell_origins(session: Session, found: dict[str, Any]) -> None:
    origins = [one for one in found["groups"] if one["network"] or one["domain"]]
    if not origins:
        return
    rows = [(one["reason"], one["network"], one["domain"], number(one["signatures"])) for one in origins[:MOST_LINES]]
    session.terminal.line()
    names = (say("reason"), say("network"), say("domain"), say("signatures"))
    session.terminal.table(names, rows, numbers=(3,))
    if (left := len(origins) - MOST_LINES) > 0:
        session.terminal.line(many(left, "and one smaller one: --json", "and {n} smaller ones: --json"))
    if not found["is_whole"]:
        session.terminal.line(say("Only the newest {n} were examined.", n=number(found["looked_at"])))


def _tell_trends(session: Session, trends: list[dict[str, Any]]) -> None:
    for one in trends:
        moment = str(one["seen_at"])[:16].replace("T", " ")
        session.terminal.line(f"{moment}: {_trend(one)}")
    if trends:
        session.terminal.line()


def _trend(trend: dict[str, Any]) -> str:
    facts = {"share": round(trend["share"] * 100), "n": number(trend["signatures"])}
    if trend["kind"] == "domain":
        return say("{share}% of {n} signatures in one hour have addresses at one email domain.", **facts)
    facts["label"] = trend["label"]
    if trend["kind"] == "network":
        return say("{share}% of {n} signatures in one hour came from one network, {label}.", **facts)
    return say("{share}% of {n} signatures in one hour name one source, {label}.", **facts)


def why(reason: str) -> str:
    """What a reason of the API means; empty for one that is newer than this client."""
    return meanings().get(reason, "")


def meanings() -> dict[str, str]:
    """The API's reasons to hold a mail, and what each means."""
    return {
        "network": say("too many from one network"),
        "domain": say("too many addresses at one email domain"),
        "campaign": say("more in an hour than the campaign allows"),
        "address": say("one address, signed up again and again"),
        "captcha": say("no proof that a person signed"),
        "fast": say("sent faster than a person can type"),
        "forged": say("the form was tampered with"),
        "disposable": say("throwaway addresses"),
    }
