"""`keys`: lists, creates and revokes API keys. A secret is shown once, when it is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.errors import Exit, Failure
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def list_keys(session: Session, options: Namespace) -> int:  # noqa: ARG001
    """Every key, without its secret."""
    answer = session.api.get("/admin/keys")
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    names = (
        "id",
        translate("whose"),
        translate("permissions"),
        translate("campaigns"),
        translate("sponsor"),
        translate("expires"),
        translate("last used"),
        translate("made by"),
    )
    session.terminal.table(names, [_key_row(one) for one in answer["keys"]])
    return Exit.DONE


def _key_row(key: dict[str, Any]) -> tuple[object, ...]:
    until = translate("revoked") if key["revoked_at"] else (key["expires_at"] or "")[:10]
    maker = (key.get("created_by") or {}).get("name")
    return (
        key["id"],
        key["name"],
        key["role"],
        " ".join(key["campaigns"]),
        key["sponsor"],
        until,
        key["last_used"],
        maker,
    )


def create_key(session: Session, options: Namespace) -> int:
    """Create a key and show its secret, this once."""
    body: dict[str, Any] = {"name": options.name, "role": options.role}
    body |= {"campaigns": options.campaigns.split(",")} if options.campaigns else {}
    body |= {name: value for name in ("sponsor", "expires_at") if (value := getattr(options, name))}
    key = session.api.post("/admin/keys", body)
    if session.terminal.as_json:
        session.terminal.json(key)
        return Exit.DONE
    session.terminal.line(key["secret"])
    session.terminal.note(translate("This is the only time the key is shown. Its id is {id}.", id=key["id"]))
    return Exit.DONE


def revoke_key(session: Session, options: Namespace) -> int:
    """Revoke a key, after asking."""
    matching = [one for one in session.api.get("/admin/keys")["keys"] if one["id"] == options.key]
    if not matching:
        raise Failure(translate("There is no key {key}.", key=options.key))
    question = translate("“{name}” will stop working everywhere within a minute. Revoke it?", name=matching[0]["name"])
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    session.api.delete(f"/admin/keys/{matching[0]['id']}")
    if session.terminal.as_json:
        session.terminal.json({"revoked": matching[0]["id"]})
    else:
        session.terminal.line(translate("Revoked."))
    return Exit.DONE
