"""`login` and `logout`: tries an address and a key, saves them, deletes them. The key is typed, never an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.api import account
from undersigned_client.api.account import Account
from undersigned_client.api.admin_api import Api
from undersigned_client.errors import Exit, Misused
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def login(session: Session, options: Namespace) -> int:  # noqa: ARG001 - every command has this signature
    """Ask for an address and a key, try them, and save them."""
    url = account.checked_url(session.terminal.text(translate("Address of the API (https://…):")))
    key = session.terminal.secret(translate("Key (it begins with us_ and is not shown):"))
    if not key:
        raise Misused(translate("No key was typed."))
    campaigns = Api(Account(url, key), backoff_seconds=session.backoff_seconds).get("/admin/campaigns")["campaigns"]
    path = account.save(Account(url, key))
    if session.terminal.as_json:
        session.terminal.json({"url": url, "campaigns": len(campaigns), "kept_in": str(path)})
        return Exit.DONE
    reached = plural(len(campaigns), "It gives access to one campaign.", "It gives access to {n} campaigns.")
    session.terminal.line(f"{translate('The key works.')} {reached} {translate('Saved in {place}.', place=path)}")
    return Exit.DONE


def logout(session: Session, options: Namespace) -> int:  # noqa: ARG001
    """Delete address and key from this machine; the key itself stays valid until it is revoked."""
    existed = account.forget()
    if session.terminal.as_json:
        session.terminal.json({"forgotten": existed})
    else:
        session.terminal.line(translate("Forgotten.") if existed else translate("Nothing was saved here."))
    return Exit.DONE
