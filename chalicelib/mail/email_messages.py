"""The words of every mail, as subject, text and HTML in the signer's language; it sends nothing.

What asks for a confirmation holds nothing that a stranger typed but the address it goes to: it cannot carry spam.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.i18n.marker import _
from chalicelib.i18n.translator import Translator
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign

# Nearer than this, the end is worth a sentence; farther away it would only press.
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
    """Where the links of one mail lead. `sign` is the public page of the campaign, in the signer's language."""

    confirm: str
    withdraw: str
    unsubscribe: str
    manage: str
    sign: str


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to be sent. `headers` are those that SES does not write itself."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def compose(kind: MailKind, campaign: Campaign, language: str, *, to: str, links: MailLinks, now: datetime) -> Message:
    """The mail of `kind` to the address `to`, which is written out in it."""
    text = campaign.text(language)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "words": text,
        "to": to,
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
        # RFC 8058: one click in the mail program, without a page in between.
        headers={
            "List-Unsubscribe": f"<{links.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def one_line(text: str) -> str:
    """`text` fit for a header: no line breaks, single spaces."""
    return " ".join(text.split())


def _collapse_blank_lines(text: str) -> str:
    """At most one empty line at a time: what a mail leaves out leaves no hole."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-1]:
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _days_left(campaign: Campaign, now: datetime) -> int | None:
    """Days until the end, rounded up, when that is near; else None."""
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
