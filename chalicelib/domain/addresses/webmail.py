"""Where people read their mail on the web, by the domain of their address; it says nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One provider's web mail. `id` may stand in an address: it names the provider, not the person."""

    id: str
    name: str
    url: str


KNOWN = (
    (Mailbox("gmail", "Gmail", "https://mail.google.com/"), "gmail.com googlemail.com"),
    (
        Mailbox("outlook", "Outlook", "https://outlook.live.com/mail/"),
        "outlook.com outlook.es outlook.fr outlook.com.br hotmail.com hotmail.es hotmail.fr hotmail.co.uk live.com msn.com",
    ),
    (
        Mailbox("yahoo", "Yahoo Mail", "https://mail.yahoo.com/"),
        "yahoo.com yahoo.es yahoo.fr yahoo.co.uk yahoo.com.ar yahoo.com.br yahoo.com.mx yahoo.com.pe ymail.com rocketmail.com",
    ),
    (Mailbox("icloud", "iCloud Mail", "https://www.icloud.com/mail"), "icloud.com me.com mac.com"),
    (Mailbox("proton", "Proton Mail", "https://mail.proton.me/"), "proton.me protonmail.com protonmail.ch pm.me"),
    (Mailbox("aol", "AOL Mail", "https://mail.aol.com/"), "aol.com"),
    (Mailbox("tuta", "Tuta", "https://app.tuta.com/"), "tuta.com tuta.io tutanota.com tutanota.de tutamail.com"),
    (Mailbox("gmx", "GMX", "https://www.gmx.net/"), "gmx.de gmx.net gmx.at gmx.ch gmx.com"),
    (Mailbox("webde", "WEB.DE", "https://web.de/"), "web.de"),
    (Mailbox("riseup", "Riseup", "https://mail.riseup.net/"), "riseup.net"),
    (Mailbox("orange", "Orange", "https://messagerie.orange.fr/"), "orange.fr wanadoo.fr"),
    (Mailbox("uol", "UOL", "https://email.uol.com.br/"), "uol.com.br bol.com.br"),
    (Mailbox("fastmail", "Fastmail", "https://app.fastmail.com/"), "fastmail.com fastmail.fm"),
)
BY_DOMAIN = {domain: mailbox for mailbox, domains in KNOWN for domain in domains.split()}
BY_ID = {mailbox.id: mailbox for mailbox, _ in KNOWN}


def mailbox_of(email: str) -> Mailbox | None:
    """Where the mail to `email` is read, if that is known."""
    return BY_DOMAIN.get(email.strip().rpartition("@")[2].lower())
