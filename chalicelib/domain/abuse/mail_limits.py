"""How many emails strangers' forms may cause before they are held, and which flags hold one; rules only, no counters.

The limits are generous, because a university, a phone company or a whole country may share a network. What is over a
limit waits for the organiser to judge: it is never lost, and the signer is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.addresses.keyed_hashes import daily_pseudonym
from chalicelib.domain.addresses.webmail import WEBMAIL_BY_DOMAIN
from chalicelib.domain.signatures.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from chalicelib.domain.signatures.signature import Signature

# Domains with so many users that a high number of addresses means nothing, besides those listed in `webmail`.
_PROVIDERS = """
    126.com 163.com att.net bellsouth.net bigpond.com bluewin.ch btinternet.com charter.net comcast.net cox.net
    daum.net earthlink.net free.fr hey.com hotmail.be hotmail.ca hotmail.cl hotmail.com.ar hotmail.com.br
    hotmail.com.mx hotmail.de hotmail.it ig.com.br laposte.net libero.it live.ca live.cl live.co.uk live.com.ar
    live.com.mx live.com.pt live.de live.fr live.it live.nl mail.com mail.ru mailbox.org naver.com optonline.net
    orange.es outlook.de outlook.it posteo.de prodigy.net.mx qq.com rediffmail.com rogers.com sapo.pt sbcglobal.net
    seznam.cz sfr.fr shaw.ca sky.com sympatico.ca t-online.de telefonica.net telenet.be telus.net terra.com.br
    tin.it verizon.net virgilio.it wp.pl xtra.co.nz yahoo.ca yahoo.cl yahoo.co.in yahoo.co.jp yahoo.com.au
    yahoo.com.co yahoo.com.ve yahoo.de yahoo.it yandex.com yandex.ru zoho.com
"""
MAIL_PROVIDERS = frozenset(_PROVIDERS.split()) | WEBMAIL_BY_DOMAIN.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLimits:
    """Limits per hour and per UTC day, over all campaigns: emails to signers from one network, and to one email domain.

    MAIL_PROVIDERS are exempt. `campaign_hourly` applies to one campaign; `hold` names the flags that hold an email.
    """

    network_hourly: int = 200
    network_daily: int = 1_000
    domain_hourly: int = 500
    domain_daily: int = 2_000
    campaign_hourly: int = 200_000
    hold: tuple[str, ...] = ()


def holding_flag(limits: MailLimits, flags: Sequence[str]) -> str:
    """The first of `flags` that holds an email, or the empty string. A missing captcha proof always does."""
    return next((flag for flag in flags if flag in limits.hold or flag == Flag.CAPTCHA), "")


def domain_pseudonym(pepper: bytes, day: date, domain: str) -> str:
    """The pseudonym of an email domain for one day, as for networks: a personal domain identifies its owner."""
    return daily_pseudonym(pepper, "domains", day, domain)


def flag_disposable(signature: Signature) -> Signature:
    """The same signature, with the mark `disposable` set by today's list of disposable domains."""
    marks = replace(signature.marks, disposable=is_disposable(domain_of(signature.email)))
    return replace(signature, marks=marks)


def is_disposable(domain: str) -> bool:
    """True when `domain` or a parent of it offers disposable mailboxes; False when the list is not installed."""
    try:
        from disposable_email_domains import blocklist  # thousands of names: only the mailer needs them
    except ImportError:  # mail must not stop for want of a hint
        return False
    labels = domain.split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))
