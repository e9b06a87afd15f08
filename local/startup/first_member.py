"""The member that a local run begins with: an admin, whose emails are in the outbox like all others."""

from __future__ import annotations

from local.startup.app_loader import wiring

ADDRESS = "admin@example.org"


def ensure_member() -> None:
    """Invites that member, unless there is an admin among the members."""
    from chalicelib.domain.access.member_requests import parse
    from chalicelib.services.access.memberships import Inviter

    if not wiring().members.has_admin():
        request = parse({"email": ADDRESS, "name": "Admin", "role": "admin"})
        wiring().memberships.invite(request, by=Inviter("command"))
