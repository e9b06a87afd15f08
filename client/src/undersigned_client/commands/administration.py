"""What organisers do: open and close a campaign, erase an address, tell what is held, make and revoke keys.

Whatever cannot be undone is asked once, in numbers; addresses are typed, never arguments.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api import account
from undersigned_client.api.account import Account
from undersigned_client.api.admin_api import Api, path_of
from undersigned_client.errors import BadFile, Exit, Failure, Misused
from undersigned_client.files import private_files
from undersigned_client.language.messages import many, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def login(session: Session, asked: Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """Ask for address and key, try them, and keep them."""
    url = account.checked_url(session.terminal.text(say("Address of the API (https://…):")))
    key = session.terminal.secret(say("Key (it begins with us_ and is not shown):"))
    if not key:
        raise Misused(say("No key was typed."))
    found = Api(Account(url, key), backoff_seconds=session.backoff_seconds).get("/admin/campaigns")["campaigns"]
    place = account.save(Account(url, key))
    if session.terminal.as_json:
        session.terminal.json({"url": url, "campaigns": len(found), "kept_in": str(place)})
        return Exit.DONE
    reached = many(len(found), "It gives access to one campaign.", "It gives access to {n} campaigns.")
    session.terminal.line(f"{say('The key works.')} {reached} {say('Saved in {place}.', place=place)}")
    return Exit.DONE


def logout(session: Session, asked: Namespace) -> int:  # noqa: ARG001
    """Forget address and key on this machine; the key itself stays good until it is revoked."""
    had = account.forget()
    if session.terminal.as_json:
        session.terminal.json({"forgotten": had})
    else:
        session.terminal.line(say("Forgotten.") if had else say("Nothing was saved here."))
    return Exit.DONE


def set_state(session: Session, asked: Namespace) -> int:
    """Open or close a campaign, after saying what that means."""
    path = path_of(asked.campaign)
    found = session.api.get(path)
    if found["state"] == asked.new_state:
        _tell_state(session, found, say("It is already {state}.", state=say(asked.new_state)))
        return Exit.DONE
    waiting = session.api.get(path_of(asked.campaign, "counts"), by="day")["signatures"]["pending"]
    if not session.terminal.agrees(_what_it_means(asked.new_state, waiting), is_sure=asked.yes):
        return Exit.DONE
    saved = session.api.patch(path, {"state": asked.new_state}, version=found["version"])
    _tell_state(session, saved, say("It is {state} now.", state=say(saved["state"])))
    return Exit.DONE


def _tell_state(session: Session, campaign: dict[str, Any], words: str) -> None:
    if session.terminal.as_json:
        session.terminal.json(campaign)
    else:
        session.terminal.line(words)


def _what_it_means(state: str, waiting: int) -> str:
    if state == "open":
        return say("The form will accept signatures. Open it?")
    late = many(waiting, "One person has 24 hours to confirm.", "{n} people have 24 hours to confirm.")
    return f"{say('The form will accept no more signatures.')} {late} {say('Close it?')}"


def erase(session: Session, asked: Namespace) -> int:
    """Erase an address everywhere; the answer says what was done, without the address."""
    address = session.terminal.text(say("Email address to erase:"))
    if not address:
        raise Misused(say("No address was typed."))
    question = say("Its signatures in every campaign lose all personal data, for good. Erase it?")
    if not session.terminal.agrees(question, is_sure=asked.yes):
        return Exit.DONE
    report = session.api.post("/admin/erasures", {"email": address}, repeatable=True)
    if session.terminal.as_json:
        session.terminal.json(report)
    else:
        _tell_erasure(session, report)
    return Exit.DONE


def _tell_erasure(session: Session, report: dict[str, Any]) -> None:
    erased, copies, terminal = report["signatures"], report["exports"], session.terminal
    if not erased:
        terminal.line(say("No signature had this address. It will get no more emails."))
        return
    terminal.line(
        many(
            len(erased),
            "One signature was erased. The address will get no more emails.",
            "{n} signatures were erased. The address will get no more emails.",
        )
    )
    terminal.table((say("campaign"), say("was")), [(one["campaign"], say(one["was"])) for one in erased])
    if copies:
        terminal.line(
            many(
                len(copies),
                "One export file was deleted. Whoever downloaded it must delete the row too:",
                "{n} export files were deleted. Whoever downloaded them must delete the row too:",
            )
        )
        rows = [(one["campaign"], one["id"], one["created_at"]) for one in copies]
        terminal.table((say("campaign"), say("export"), say("created")), rows)


def access(session: Session, asked: Namespace) -> int:
    """Everything that is held about an address, as JSON: to standard output, or to a file of yours alone."""
    target = Path(asked.output) if asked.output else None
    if target and target.exists():
        raise BadFile(say("{file} already exists. Choose another name.", file=target))
    address = session.terminal.text(say("Email address of the person who asks:"))
    if not address:
        raise Misused(say("No address was typed."))
    found = session.api.post("/admin/access", {"email": address}, repeatable=True)
    if target is None:
        session.terminal.json(found)
        return Exit.DONE
    private_files.write(target, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    if session.terminal.as_json:
        session.terminal.json({"file": str(target)})
    else:
        session.terminal.line(say("Everything stored is in {file}.", file=target))
    return Exit.DONE


def keys(session: Session, asked: Namespace) -> int:  # noqa: ARG001
    """Every key, without its secret."""
    found = session.api.get("/admin/keys")
    if session.terminal.as_json:
        session.terminal.json(found)
        return Exit.DONE
    names = ("id", say("whose"), say("permissions"), say("campaigns"), say("sponsor"), say("expires"), say("last used"))
    session.terminal.table(names, [_key_row(one) for one in found["keys"]])
    return Exit.DONE


def _key_row(key: dict[str, Any]) -> tuple[object, ...]:
    until = say("revoked") if key["revoked_at"] else (key["expires_at"] or "")[:10]
    return key["id"], key["name"], key["role"], " ".join(key["campaigns"]), key["sponsor"], until, key["last_used"]


def create_key(session: Session, asked: Namespace) -> int:
    """Make a key and show its secret, this once."""
    wish: dict[str, Any] = {"name": asked.name, "role": asked.role}
    wish |= {"campaigns": asked.campaigns.split(",")} if asked.campaigns else {}
    wish |= {name: value for name in ("sponsor", "expires_at") if (value := getattr(asked, name))}
    made = session.api.post("/admin/keys", wish)
    if session.terminal.as_json:
        session.terminal.json(made)
        return Exit.DONE
    session.terminal.line(made["secret"])
    session.terminal.note(say("This is the only time the key is shown. Its id is {id}.", id=made["id"]))
    return Exit.DONE


def revoke_key(session: Session, asked: Namespace) -> int:
    """End a key, after asking."""
    known = [one for one in session.api.get("/admin/keys")["keys"] if one["id"] == asked.key]
    if not known:
        raise Failure(say("There is no key {key}.", key=asked.key))
    question = say("“{name}” will stop working everywhere within a minute. Revoke it?", name=known[0]["name"])
    if not session.terminal.agrees(question, is_sure=asked.yes):
        return Exit.DONE
    session.api.delete(f"/admin/keys/{known[0]['id']}")
    if session.terminal.as_json:
        session.terminal.json({"revoked": known[0]["id"]})
    else:
        session.terminal.line(say("Revoked."))
    return Exit.DONE
