"""Composes every email, as subject, text and HTML in the signer's language; it sends nothing.

An email that asks for a confirmation contains nothing that a stranger typed except its own address, without its tag, so
that it cannot carry spam.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from chalicelib.domain.addresses.email_addresses import without_tag
from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.i18n.marker import _
from chalicelib.i18n.translator import Translator
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign

# The closing date is mentioned only if it is this near; further away it would only put pressure on people.
DEADLINE_SHOWN_DAYS = 14
DAY_SECONDS = 86_400
SHARE_SERVICES = (
    ("WhatsApp", "whatsapp", "https://wa.me/?text={text}%20{url}"),
    ("Telegram", "telegram", "https://t.me/share/url?url={url}&text={text}"),
    ("Facebook", "facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
)


SUBJECTS = {
    MailKind.CONFIRMATION: _("Confirm your signature: {title}"),
    MailKind.REMINDER: _("Your signature is not confirmed yet: {title}"),
    MailKind.ALREADY_SIGNED: _("You have already signed: {title}"),
    MailKind.THANKS: _("Thank you for signing: {title}"),
}


@dataclass(frozen=True, slots=True)
class MailLinks:
    """The links in one email. `sign` is the public page of the campaign in the signer's language."""

    confirm: str
    withdraw: str
    unsubscribe: str
    manage: str
    sign: str


@dataclass(frozen=True, slots=True)
class Message:
    """One email, ready to send. `headers` are those that SES does not set itself."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def compose(kind: MailKind, campaign: Campaign, language: str, *, to: str, links: MailLinks, now: datetime) -> Message:
    """The email of `kind` to the address `to`, which it shows without its tag."""
    text = campaign.text(language)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "words": text,
        "address": without_tag(to),
        "links": links,
        "days_left": _days_left(campaign, now),
        "share_url": _with_source(links.sign, "thanks-mail"),
        "share": _share(links.sign, text.title),
        "palette": palette(campaign.accent),
        "sponsors": ", ".join(sponsor.name for sponsor in campaign.sponsors),
    }
    translator = Translator(language)
    subject = one_line(translator.text(SUBJECTS[kind], title=text.title))
    return Message(
        subject=subject,
        text=_collapse_blank_lines(render(f"{kind}.txt", translator, subject=subject, **facts)),
        html=render(f"{kind}.html", translator, subject=subject, **facts),
        # RFC 8058: one click in the mail program, with no page in between.
        headers={
            "List-Unsubscribe": f"<{links.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def one_line(text: str) -> str:
    """`text` for a header: without line breaks, with single spaces."""
    return " ".join(text.split())


def _collapse_blank_lines(text: str) -> str:
    """At most one empty line at a time, so that omitted parts leave no gap."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-1]:
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _days_left(campaign: Campaign, now: datetime) -> int | None:
    """Days until closing, rounded up, if that is near; else None."""
    if campaign.closes_at is None or campaign.closes_at <= now:
        return None
    days = math.ceil((campaign.closes_at - now).total_seconds() / DAY_SECONDS)
    return days if days <= DEADLINE_SHOWN_DAYS else None


def _with_source(url: str, source: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({"source": source}))))
    return urlunsplit(parts._replace(query=query))


def _share(sign: str, title: str) -> tuple[tuple[str, str], ...]:
    text = quote(title, safe="")
    return tuple(
        (name, place.format(url=quote(_with_source(sign, source), safe=""), text=text))
        for name, source, place in SHARE_SERVICES
    )
