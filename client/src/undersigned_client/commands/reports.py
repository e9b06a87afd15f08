"""What organisers look at: campaigns, counts, signatures. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Misused
from undersigned_client.language.messages import many, number, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

MOST_LINES = 10
FILTERS = ("state", "country", "language", "source", "held", "network")


def campaigns(session: Session, asked: Namespace) -> int:
    """A line for each campaign that the key reaches."""
    found = session.api.get("/admin/campaigns", archived="true" if getattr(asked, "archived", False) else None)
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    names = (say("id"), say("state"), say("signatures"), say("goal"), say("today"), say("title"))
    session.terminal.table(names, [_line(one) for one in found["campaigns"]], numbers=(2, 3, 4))
    return Exit.DONE


def _line(campaign: dict[str, Any]) -> tuple[str, ...]:
    state = say("archived") if campaign["archived"] else say(campaign["state"])
    numbers = (number(campaign["count"]), _goal(campaign), number(campaign["today"]))
    return (campaign["id"], state, *numbers, campaign["title"])


def _goal(campaign: dict[str, Any]) -> str:
    return number(campaign["goal"]) if campaign.get("goal") else ""


def show(session: Session, asked: Namespace) -> int:
    """One campaign: its state, its pages, its words' languages."""
    found = session.api.get(path_of(asked.campaign))
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    texts = found["texts"]
    rows = [(say("title"), texts[found["default_language"]]["title"]), (say("state"), say(found["state"]))]
    rows += [(say("opens"), found["opens_at"]), (say("closes"), found["closes_at"]), (say("goal"), _goal(found))]
    rows += [(say("sponsors"), ", ".join(one["id"] for one in found["sponsors"]))]
    rows += [(say("form, {language}", language=one), f"{_page(session, asked.campaign)}?lang={one}") for one in texts]
    session.terminal.table((say("campaign"), asked.campaign), [row for row in rows if row[1]])
    return Exit.DONE


def snippets(session: Session, asked: Namespace) -> int:
    """What to paste into a page, and nothing else, so that it can go into a file."""
    found = session.api.get(path_of(asked.campaign, "snippets"))["snippets"]
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    language = asked.lang or session.api.get(path_of(asked.campaign))["default_language"]
    if language not in found:
        raise Misused(say("The campaign has no text in “{language}”.", language=language))
    for line in found[language][asked.kind].splitlines():
        session.terminal.line(line)
    return Exit.DONE


def _page(session: Session, campaign: str) -> str:
    return f"{session.api.url}/sign/{campaign}"


def counts(session: Session, asked: Namespace) -> int:
    """How it is going: totals first, then what was asked for `--by`."""
    path = path_of(asked.campaign, "counts")
    if asked.csv:
        text = session.api.get_csv(path, by=asked.by, since=asked.since)
        session.terminal.raw(text)
        return Exit.DONE
    found = session.api.get(path, by=asked.by, since=asked.since)
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    _totals(session, found)
    for group, labels in found["by"].items():
        _breakdown(session, group, labels, everything=bool(asked.by))
    return Exit.DONE


def _totals(session: Session, found: dict[str, Any]) -> None:
    goal = say(" of {goal}", goal=number(found["goal"])) if found.get("goal") else ""
    session.terminal.line(many(found["public_count"], "One signature", "{n} signatures") + goal)
    rows = [(say(state), number(count)) for state, count in found["signatures"].items()]
    rows += [(say(stage), number(count)) for stage, count in found.get("funnel", {}).items() if stage != "confirmed"]
    if growth := found.get("growth"):
        rows.append((say("since {moment}", moment=growth["since"]), number(growth["confirmed"])))
    session.terminal.table((say("state"), say("signatures")), rows, numbers=(1,))


def _breakdown(session: Session, group: str, labels: dict[str, int], *, everything: bool) -> None:
    if not labels:
        return
    by_day = group == "day"
    ordered = (
        sorted(labels.items(), reverse=True) if by_day else sorted(labels.items(), key=lambda one: (-one[1], one[0]))
    )
    shown = ordered if everything else ordered[:MOST_LINES]
    session.terminal.line()
    session.terminal.table((say(group), say("signatures")), [(label, number(n)) for label, n in shown], numbers=(1,))
    if left := len(ordered) - len(shown):
        session.terminal.line(many(left, "and one more: --by {group}", "and {n} more: --by {group}", group=group))


def signatures(session: Session, asked: Namespace) -> int:
    """The newest signatures, as many as `--limit` says."""
    filters = {name: getattr(asked, name) for name in FILTERS}
    filters |= {"from": asked.first_day, "to": asked.last_day}
    listed = _listed(session, path_of(asked.campaign, "signatures"), filters, asked.limit)
    return _shown(session, listed)


def _listed(session: Session, path: str, filters: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """Pages, until there are enough or no more; a page may be empty and still have a next one."""
    listed: list[dict[str, Any]] = []
    cursor = None
    while len(listed) < most:
        page = session.api.get(path, **filters, limit=min(200, most - len(listed)), cursor=cursor)
        listed += page["signatures"]
        cursor = page["cursor"]
        if cursor is None:
            break
    return listed


def find(session: Session, asked: Namespace) -> int:
    """The signature of an address; the address is typed, never an argument."""
    address = session.terminal.text(say("Email address:"))
    found = session.api.post(path_of(asked.campaign, "signatures", "find"), {"email": address}, repeatable=True)
    return _shown(session, found["signatures"])


def _shown(session: Session, listed: list[dict[str, Any]]) -> int:
    if session.terminal.as_json:
        session.terminal.json({"signatures": listed})
    elif not listed:
        session.terminal.line(say("No signatures."))
    else:
        names = (say("signed"), say("state"), say("name"), say("address"), say("country"), "id")
        session.terminal.table(names, [_row(one) for one in listed])
    return Exit.DONE


def _row(signature: dict[str, Any]) -> tuple[str, ...]:
    name = " ".join(filter(None, (signature.get("given_name"), signature.get("family_name"))))
    moment = str(signature["signed_at"])[:16].replace("T", " ")
    facts = (signature.get("email", ""), signature.get("country", ""), signature["id"])
    return (moment, say(signature["state"]), name, *facts)
