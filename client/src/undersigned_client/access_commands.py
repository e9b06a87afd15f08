"""The commands about who may do what: members and keys. They are part of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.commands import api_keys
from undersigned_client.commands import members as member_actions
from undersigned_client.language.messages import translate
from undersigned_client.subcommands import with_yes

if TYPE_CHECKING:
    from undersigned_client.subcommands import Commands

ROLES = ("reader", "organizer", "admin")


def members(commands: Commands) -> None:
    """Add `members` with its subcommands."""
    _, inner = commands.group(
        "members", member_actions.list_members, translate("the people who sign in by email (admin)")
    )
    invite = inner.add("invite", member_actions.invite, translate("invite somebody, whose address you are asked for"))
    invite.add_argument("--name", required=True, help=translate("the person's name"))
    invite.add_argument("--role", required=True, choices=ROLES)
    change = inner.add("change", member_actions.change, translate("change what somebody may do, or is called"))
    change.add_argument("member", metavar="MEMBER", help=translate("the id, as members lists it"))
    change.add_argument("--name", help=translate("the person's name"))
    change.add_argument("--role", choices=ROLES)
    for one in (invite, change):
        one.add_argument("--campaigns", metavar="a,b", help=translate("only these campaigns; * for all"))
        one.add_argument("--sponsor", metavar="ID", help=translate("only those who consented to this sponsor"))
        one.add_argument("--language", metavar="es", help=translate("of the emails to this person"))
    remove = with_yes(
        inner.add("remove", member_actions.remove, translate("remove somebody, who is signed out at once"))
    )
    remove.add_argument("member", metavar="MEMBER", help=translate("the id, as members lists it"))


def keys(commands: Commands) -> None:
    """Add `keys` with its subcommands."""
    _, inner = commands.group("keys", api_keys.list_keys, translate("list, create and revoke keys (admin)"))
    create = inner.add("create", api_keys.create_key, translate("create a key; it is shown once"))
    create.add_argument("--name", required=True, help=translate("whose it is: a position or an organization"))
    create.add_argument("--role", required=True, choices=("reader", "organizer", "admin"))
    create.add_argument("--campaigns", metavar="a,b", help=translate("only these campaigns"))
    create.add_argument("--sponsor", metavar="ID", help=translate("only those who consented to this sponsor"))
    create.add_argument(
        "--expires",
        dest="expires_at",
        metavar="MOMENT",
        help=translate("when it expires, such as 2027-01-01T00:00:00Z"),
    )
    with_yes(inner.add("revoke", api_keys.revoke_key, translate("revoke a key"))).add_argument("key", metavar="KEY")
