"""`members`: lists, invites, changes and removes the people who sign in by email."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of_member
from undersigned_client.errors import Exit, Failure, Misused
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def list_members(session: Session, options: Namespace) -> int:  # noqa: ARG001 - every command has this signature
    """Every member."""
    answer = session.api.get("/admin/members")
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    names = ("id", translate("name"), translate("address"), translate("permissions"), translate("campaigns"),
             translate("sponsor"), translate("last signed in"))  # fmt: skip
    session.terminal.table(names, [_row(one) for one in answer["members"]])
    return Exit.DONE


def _row(member: dict[str, Any]) -> tuple[object, ...]:
    campaigns, signed_in = " ".join(member["campaigns"]), (member["signed_in_at"] or "")[:10]
    return member["id"], member["name"], member["email"], member["role"], campaigns, member["sponsor"], signed_in


def invite(session: Session, options: Namespace) -> int:
    """Add a member, who gets an invitation by email."""
    address = session.terminal.text(translate("Address:"))
    if not address:
        raise Misused(translate("No address was typed."))
    made = session.api.post("/admin/members", {"email": address, **_wishes(options)})
    return _said(session, made, translate("{name} is invited, with the id {id}.", name=made["name"], id=made["id"]))


def change(session: Session, options: Namespace) -> int:
    """Change a member; whoever may do less afterwards is signed out everywhere."""
    wishes = _wishes(options)
    if not wishes:
        raise Misused(translate("Say what is to change: see undersigned members change --help."))
    made = session.api.change(path_of_member(options.member), wishes)
    return _said(session, made, translate("Changed."))


def remove(session: Session, options: Namespace) -> int:
    """Remove a member, after asking."""
    matching = [one for one in session.api.get("/admin/members")["members"] if one["id"] == options.member]
    if not matching:
        raise Failure(translate("There is no member {member}.", member=options.member))
    question = translate("{name} will be signed out everywhere, at once. Remove?", name=matching[0]["name"])
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    session.api.delete(path_of_member(matching[0]["id"]))
    return _said(session, {"removed": matching[0]["id"]}, translate("Removed."))


def _wishes(options: Namespace) -> dict[str, Any]:
    """What was given on the command line. An empty sponsor takes it away."""
    wishes = {name: value for name in ("name", "role", "language") if (value := getattr(options, name)) is not None}
    if options.campaigns is not None:
        wishes["campaigns"] = [one.strip() for one in options.campaigns.split(",") if one.strip()]
    if options.sponsor is not None:
        wishes["sponsor"] = options.sponsor or None
    return wishes


def _said(session: Session, answer: dict[str, Any], sentence: str) -> int:
    if session.terminal.as_json:
        session.terminal.json(answer)
    else:
        session.terminal.line(sentence)
    return Exit.DONE
