"""Where people read their email on the web, by the domain of their address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Webmail:
    """One provider's webmail. Its `id` may appear in a URL, because it identifies the provider and not the person."""

    id: str
    name: str
    url: str


PROVIDERS = (
    (Webmail("gmail", "Gmail", "https://mail.google.com/"), "gmail.com googlemail.com"),
    (
        Webmail("outlook", "Outlook", "https://outlook.live.com/mail/"),
        "outlook.com outlook.es outlook.fr outlook.com.br hotmail.com hotmail.es hotmail.fr hotmail.co.uk live.com msn.com",
    ),
    (
        Webmail("yahoo", "Yahoo Mail", "https://mail.yahoo.com/"),
        "yahoo.com yahoo.es yahoo.fr yahoo.co.uk yahoo.com.ar yahoo.com.br yahoo.com.mx yahoo.com.pe ymail.com rocketmail.com",
    ),
    (Webmail("icloud", "iCloud Mail", "https://www.icloud.com/mail"), "icloud.com me.com mac.com"),
    (Webmail("proton", "Proton Mail", "https://mail.proton.me/"), "proton.me protonmail.com protonmail.ch pm.me"),
    (Webmail("aol", "AOL Mail", "https://mail.aol.com/"), "aol.com"),
    (Webmail("tuta", "Tuta", "https://app.tuta.com/"), "tuta.com tuta.io tutanota.com tutanota.de tutamail.com"),
    (Webmail("gmx", "GMX", "https://www.gmx.net/"), "gmx.de gmx.net gmx.at gmx.ch gmx.com"),
    (Webmail("webde", "WEB.DE", "https://web.de/"), "web.de"),
    (Webmail("riseup", "Riseup", "https://mail.riseup.net/"), "riseup.net"),
    (Webmail("orange", "Orange", "https://messagerie.orange.fr/"), "orange.fr wanadoo.fr"),
    (Webmail("uol", "UOL", "https://email.uol.com.br/"), "uol.com.br bol.com.br"),
    (Webmail("fastmail", "Fastmail", "https://app.fastmail.com/"), "fastmail.com fastmail.fm"),
)
WEBMAIL_BY_DOMAIN = {domain: mailbox for mailbox, domains in PROVIDERS for domain in domains.split()}
WEBMAIL_BY_ID = {mailbox.id: mailbox for mailbox, _ in PROVIDERS}


def webmail_of(email: str) -> Webmail | None:
    """The webmail where the owner of `email` reads it, or None if unknown."""
    return WEBMAIL_BY_DOMAIN.get(email.strip().rpartition("@")[2].lower())
