"""`login`, `logout` and `whoami`: by a code that was emailed, or with a key. Both are typed, never an argument."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from undersigned_client.api import account
from undersigned_client.api.account import Account
from undersigned_client.api.admin_api import Api
from undersigned_client.errors import Exit, Failure, Misused, Refused
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

# A session's secret; a key's id is hexadecimal.
SESSION = re.compile(r"us_m[0-9a-f]+s[0-9a-f]+_")
NOT_FOUND = 404
MAX_TRIES = 5


def login(session: Session, options: Namespace) -> int:
    """Sign in, try what came of it, and save it."""
    url = account.checked_url(
        (options.whose and os.environ.get("UNDERSIGNED_URL"))
        or session.terminal.text(translate("Address of the API (https://…):"))
    )
    key = _by_code(session, url, options.whose) if options.whose else _typed_key(session)
    campaigns = _api(session, url, key).get("/admin/campaigns")["campaigns"]
    path = account.save(Account(url, key))
    if session.terminal.as_json:
        session.terminal.json({"url": url, "campaigns": len(campaigns), "kept_in": str(path)})
        return Exit.DONE
    works = translate("You are signed in.") if options.whose else translate("The key works.")
    reached = plural(len(campaigns), "It gives access to one campaign.", "It gives access to {n} campaigns.")
    session.terminal.line(f"{works} {reached} {translate('Saved in {place}.', place=path)}")
    return Exit.DONE


def _typed_key(session: Session) -> str:
    key = session.terminal.secret(translate("Key (it begins with us_ and is not shown):"))
    if not key:
        raise Misused(translate("No key was typed."))
    return key


def _by_code(session: Session, url: str, address: str) -> str:
    """The secret of a new session. Raises Failure when no code worked."""
    api = _api(session, url)
    api.post("/admin/sign-in", {"email": address}, repeatable=True)
    session.terminal.note(translate("If this is a member's address, an email with a code is on its way."))
    for _ in range(MAX_TRIES if session.terminal.can_ask else 1):
        code = session.terminal.text(translate("Code from the email (like ABCD-2345):"))
        if not code:
            raise Misused(translate("No code was typed."))
        try:
            return str(api.post("/admin/sessions", {"email": address, "code": code})["secret"])
        except Refused as refusal:
            if refusal.status != NOT_FOUND:
                raise
            session.terminal.note(translate("This code does not work. Only the newest email counts, for 15 minutes."))
    raise Failure(translate("Nobody is signed in. Run the same command again for a new email."))


def _api(session: Session, url: str, key: str = "") -> Api:
    return Api(Account(url, key), backoff_seconds=session.backoff_seconds)


def logout(session: Session, options: Namespace) -> int:  # noqa: ARG001 - every command has this signature
    """End the session, and delete what was saved here. A key itself stays valid until it is revoked."""
    saved = account.saved()
    if saved and SESSION.match(saved.key):
        with suppress(Failure):  # it ends by itself in some hours
            _api(session, saved.url, saved.key).delete("/admin/sessions/current")
    existed = account.forget()
    if session.terminal.as_json:
        session.terminal.json({"forgotten": existed})
    else:
        session.terminal.line(translate("Forgotten.") if existed else translate("Nothing was saved here."))
    return Exit.DONE


def whoami(session: Session, options: Namespace) -> int:  # noqa: ARG001
    """Who this is, by a key or a session, and what they may do."""
    answer: dict[str, Any] = session.api.get("/admin/me")
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    how = translate("signed in by email") if answer["how"] == "session" else translate("with a key")
    session.terminal.line(f"{answer['name']} ({answer.get('email') or answer['id']}), {how}")
    reached = translate("every campaign") if "*" in answer["campaigns"] else " ".join(answer["campaigns"])
    session.terminal.line(f"{answer['role']}: {reached}")
    return Exit.DONE
