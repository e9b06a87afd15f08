"""Composes the emails to members: to sign in, and to invite. The token is behind a `#`, which no server and no log sees."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.i18n.marker import _
from chalicelib.i18n.translator import Translator
from chalicelib.mail.email_messages import Message, collapse_blank_lines, one_line
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from chalicelib.domain.access.members import Member


class MemberMailKind(StrEnum):
    """The emails that members get."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"


SIGN_IN_SUBJECT = _("Sign in at {host}")
INVITED_SUBJECT = _("{inviter} invites you to {host}")
INVITED_BY_NOBODY_SUBJECT = _("You are invited to {host}")
MAY = {
    Role.READER: _("You can see how the campaigns are doing."),
    Role.ORGANIZER: _("You can write campaigns, look after their signatures and export them."),
    Role.ADMIN: _("You can do everything there, and invite others."),
}


def compose(kind: MemberMailKind, member: Member, *, dashboard_url: str, token: str, code: str) -> Message:
    """The email of `kind` to `member`, in their language; `dashboard_url` is the base URL of the dashboard."""
    translator = Translator(member.language)
    host, dashboard = urlsplit(dashboard_url).netloc, f"{dashboard_url}/admin"
    subject = one_line(translator.text(_subject(kind, member), host=host, inviter=member.invited_by))
    facts = {
        "member": member,
        "address": member.email,
        "host": host,
        "dashboard": dashboard,
        "link": f"{dashboard}#sign-in={token}",
        "code": code,
        "may": translator.text(MAY[member.access.role]),
        "palette": palette(""),
        "preview": subject,
    }
    name = f"member_{kind}"
    return Message(
        subject=subject,
        text=collapse_blank_lines(render(f"{name}.txt", translator, subject=subject, **facts)),
        html=render(f"{name}.html", translator, subject=subject, **facts),
        headers={},
    )


def _subject(kind: MemberMailKind, member: Member) -> str:
    if kind is MemberMailKind.SIGN_IN:
        return SIGN_IN_SUBJECT
    return INVITED_SUBJECT if member.invited_by else INVITED_BY_NOBODY_SUBJECT
