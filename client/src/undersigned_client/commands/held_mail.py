"""`held`: emails that the API held back: how many, why, and where they come from. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

MAX_LINES = 10


def campaigns(session: Session, options: Namespace) -> int:  # noqa: ARG001 - every command has this signature
    """One line per campaign that has emails held back."""
    listed = session.api.get("/admin/campaigns", archived="true")["campaigns"]
    with_held = [{"id": one["id"], "held": one["held"], "title": one["title"]} for one in listed if one["held"]]
    if session.terminal.as_json:
        session.terminal.json({"campaigns": with_held})
    elif not with_held:
        session.terminal.line(translate("No emails are held back."))
    else:
        rows = [(one["id"], number(one["held"]), one["title"]) for one in with_held]
        session.terminal.table((translate("campaign"), translate("held"), translate("title")), rows, numbers=(1,))
    return Exit.DONE


def show(session: Session, options: Namespace) -> int:
    """How many are held back in one campaign and why, and which networks and email domains stand out."""
    report = session.api.get(path_of(options.campaign, "held"))
    if session.terminal.as_json:
        session.terminal.json(report)
        return Exit.DONE
    _show_anomalies(session, report["trends"])
    if not (total := sum(report["held"].values())):
        session.terminal.line(translate("No emails are held back."))
        return Exit.DONE
    waits = plural(
        total, "One email is held back until you review it.", "{n} emails are held back until you review them."
    )
    session.terminal.line(waits)
    ordered = sorted(report["held"].items(), key=lambda one: (-one[1], one[0]))
    rows = [(reason, number(count), meaning(reason)) for reason, count in ordered]
    session.terminal.table((translate("reason"), translate("signatures"), ""), rows, numbers=(1,))
    _show_origins(session, report)
    session.terminal.note(
        translate("undersigned held release sends them; undersigned held drop discards their signatures.")
    )
    return Exit.DONE


def _show_origins(session: Session, report: dict[str, Any]) -> None:
    origins = [one for one in report["groups"] if one["network"] or one["domain"]]
    if not origins:
        return
    rows = [(one["reason"], one["network"], one["domain"], number(one["signatures"])) for one in origins[:MAX_LINES]]
    session.terminal.line()
    names = (translate("reason"), translate("network"), translate("domain"), translate("signatures"))
    session.terminal.table(names, rows, numbers=(3,))
    if (left := len(origins) - MAX_LINES) > 0:
        session.terminal.line(plural(left, "and one smaller one: --json", "and {n} smaller ones: --json"))
    if not report["is_whole"]:
        session.terminal.line(translate("Only the newest {n} were examined.", n=number(report["looked_at"])))


def _show_anomalies(session: Session, anomalies: list[dict[str, Any]]) -> None:
    for one in anomalies:
        moment = str(one["seen_at"])[:16].replace("T", " ")
        session.terminal.line(f"{moment}: {_anomaly(one)}")
    if anomalies:
        session.terminal.line()


def _anomaly(anomaly: dict[str, Any]) -> str:
    facts = {"share": round(anomaly["share"] * 100), "n": number(anomaly["signatures"])}
    if anomaly["kind"] == "domain":
        return translate("{share}% of {n} signatures in one hour have addresses at one email domain.", **facts)
    facts["label"] = anomaly["label"]
    if anomaly["kind"] == "network":
        return translate("{share}% of {n} signatures in one hour came from one network, {label}.", **facts)
    return translate("{share}% of {n} signatures in one hour name one source, {label}.", **facts)


def meaning(reason: str) -> str:
    """What a reason means; empty for one that is newer than this client."""
    return meanings().get(reason, "")


def meanings() -> dict[str, str]:
    """The API's reasons to hold an email back, and what each means."""
    return {
        "network": translate("too many from one network"),
        "domain": translate("too many addresses at one email domain"),
        "campaign": translate("more in an hour than the campaign allows"),
        "address": translate("one address, signed up again and again"),
        "honeypot": translate("a field that people do not see was filled in"),
        "captcha": translate("no proof that a person signed"),
        "fast": translate("sent faster than a person can type"),
        "forged": translate("the form was tampered with"),
        "disposable": translate("throwaway addresses"),
    }
