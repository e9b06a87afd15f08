"""`campaigns`, `counts`, `signatures`, `find` and `snippets`: shows what the API knows. It changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Misused
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

MAX_LINES = 10
WITHDRAWN = {
    "signer": lambda: translate("withdrawn by the signer"),
    "organizer": lambda: translate("withdrawn by an organiser"),
    "erased": lambda: translate("erased"),
}
FILTERS = ("state", "country", "language", "source", "held", "network", "shown")


def campaigns(session: Session, options: Namespace) -> int:
    """One line per campaign that the key reaches."""
    answer = session.api.get("/admin/campaigns", archived="true" if getattr(options, "archived", False) else None)
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    names = (
        translate("id"),
        translate("state"),
        translate("signatures"),
        translate("goal"),
        translate("today"),
        translate("title"),
    )
    session.terminal.table(names, [_line(one) for one in answer["campaigns"]], numbers=(2, 3, 4))
    return Exit.DONE


def _line(campaign: dict[str, Any]) -> tuple[str, ...]:
    state = translate("archived") if campaign["archived"] else translate(campaign["state"])
    numbers = (number(campaign["count"]), _goal(campaign), number(campaign["today"]))
    return (campaign["id"], state, *numbers, campaign["title"])


def _goal(campaign: dict[str, Any]) -> str:
    return number(campaign["goal"]) if campaign.get("goal") else ""


def show(session: Session, options: Namespace) -> int:
    """One campaign: its state, dates and pages."""
    campaign = session.api.get(path_of(options.campaign))
    if session.terminal.as_json:
        session.terminal.json(campaign)
        return Exit.DONE
    texts = campaign["texts"]
    rows = [
        (translate("title"), texts[campaign["default_language"]]["title"]),
        (translate("state"), translate(campaign["state"])),
    ]
    rows += [
        (translate("opens"), campaign["opens_at"]),
        (translate("closes"), campaign["closes_at"]),
        (translate("goal"), _goal(campaign)),
    ]
    rows += [(translate("sponsors"), ", ".join(one["id"] for one in campaign["sponsors"]))]
    rows += [
        (translate("form, {language}", language=one), f"{_page(session, options.campaign)}?lang={one}") for one in texts
    ]
    session.terminal.table((translate("campaign"), options.campaign), [row for row in rows if row[1]])
    return Exit.DONE


def snippets(session: Session, options: Namespace) -> int:
    """What to paste into a page, and nothing else, so that it can be redirected to a file."""
    by_language = session.api.get(path_of(options.campaign, "snippets"))["snippets"]
    if session.terminal.as_json:
        session.terminal.json(by_language)
        return Exit.DONE
    language = options.lang or session.api.get(path_of(options.campaign))["default_language"]
    if language not in by_language:
        raise Misused(translate("The campaign has no text in “{language}”.", language=language))
    for line in by_language[language][options.kind].splitlines():
        session.terminal.line(line)
    return Exit.DONE


def _page(session: Session, campaign: str) -> str:
    return f"{session.api.url}/sign/{campaign}"


def counts(session: Session, options: Namespace) -> int:
    """How a campaign is going: totals first, then the breakdowns of `--by`."""
    path = path_of(options.campaign, "counts")
    if options.csv:
        text = session.api.get_csv(path, by=options.by, since=options.since)
        session.terminal.raw(text)
        return Exit.DONE
    report = session.api.get(path, by=options.by, since=options.since)
    if session.terminal.as_json:
        session.terminal.json(report)
        return Exit.DONE
    _show_totals(session, report)
    for group, labels in report["by"].items():
        _show_breakdown(session, group, labels, everything=bool(options.by))
    return Exit.DONE


def _show_totals(session: Session, report: dict[str, Any]) -> None:
    goal = translate(" of {goal}", goal=number(report["goal"])) if report.get("goal") else ""
    session.terminal.line(plural(report["public_count"], "One signature", "{n} signatures") + goal)
    rows = [(translate(state), number(count)) for state, count in report["signatures"].items()]
    rows += [(WITHDRAWN[by](), number(n)) for by, n in report.get("withdrawn", {}).items() if n]
    rows += [
        (translate(stage), number(count)) for stage, count in report.get("funnel", {}).items() if stage != "confirmed"
    ]
    if growth := report.get("growth"):
        rows.append((translate("since {moment}", moment=growth["since"]), number(growth["confirmed"])))
    session.terminal.table((translate("state"), translate("signatures")), rows, numbers=(1,))


def _show_breakdown(session: Session, group: str, labels: dict[str, int], *, everything: bool) -> None:
    if not labels:
        return
    by_day = group == "day"
    ordered = (
        sorted(labels.items(), reverse=True) if by_day else sorted(labels.items(), key=lambda one: (-one[1], one[0]))
    )
    shown = ordered if everything else ordered[:MAX_LINES]
    session.terminal.line()
    session.terminal.table(
        (translate(group), translate("signatures")), [(label, number(n)) for label, n in shown], numbers=(1,)
    )
    if left := len(ordered) - len(shown):
        session.terminal.line(plural(left, "and one more: --by {group}", "and {n} more: --by {group}", group=group))


def signatures(session: Session, options: Namespace) -> int:
    """The newest signatures, up to `--limit`."""
    filters = {name: getattr(options, name) for name in FILTERS}
    filters |= {"from": options.first_day, "to": options.last_day}
    return _show_signatures(session, _list(session, path_of(options.campaign, "signatures"), filters, options.limit))


def _list(session: Session, path: str, filters: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """Up to `limit` signatures, page by page; an empty page may be followed by others."""
    listed: list[dict[str, Any]] = []
    cursor = None
    while len(listed) < limit:
        page = session.api.get(path, **filters, limit=min(200, limit - len(listed)), cursor=cursor)
        listed += page["signatures"]
        cursor = page["cursor"]
        if cursor is None:
            break
    return listed


def find(session: Session, options: Namespace) -> int:
    """The signature of an address; the address is typed, never an argument."""
    address = session.terminal.text(translate("Email address:"))
    answer = session.api.post(path_of(options.campaign, "signatures", "find"), {"email": address}, repeatable=True)
    return _show_signatures(session, answer["signatures"])


def _show_signatures(session: Session, listed: list[dict[str, Any]]) -> int:
    if session.terminal.as_json:
        session.terminal.json({"signatures": listed})
    elif not listed:
        session.terminal.line(translate("No signatures."))
    else:
        names = (
            translate("signed"),
            translate("state"),
            translate("name"),
            translate("address"),
            translate("country"),
            "id",
        )
        session.terminal.table(names, [_row(one) for one in listed])
    return Exit.DONE


def _row(signature: dict[str, Any]) -> tuple[str, ...]:
    name = " ".join(filter(None, (signature.get("given_name"), signature.get("family_name"))))
    moment = str(signature["signed_at"])[:16].replace("T", " ")
    facts = (signature.get("email", ""), signature.get("country", ""), signature["id"])
    state = translate(signature["state"])
    if signature.get("shown") is False:
        state = f"{state}, {translate('hidden')}"
    return (moment, state, name, *facts)
