"""How much mail strangers' forms may cause before it is held, and why a mail is held; pure rules, no counters.

The caps are generous: a university, a telephone company or a country's network may sign together, and what is over a cap is
held for the organiser to judge, never lost and never told to the signer.
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

# Where so many people have their mail that a number of addresses there says nothing: beside those that `mailboxes` knows.
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
    """How many mails an hour or a UTC day, over all campaigns: to those who signed from one network, and to one mail domain.

    The domains of PROVIDERS are left out. `campaign_hourly` is of one campaign; `hold` names the flags that hold a mail.
    """

    network_hourly: int = 200
    network_daily: int = 1_000
    domain_hourly: int = 500
    domain_daily: int = 2_000
    campaign_hourly: int = 200_000
    hold: tuple[str, ...] = ()


def holding_flag(limits: MailLimits, flags: Sequence[str]) -> str:
    """The first of `flags` that holds a mail, or the empty string. A proof that a campaign asks for is always missed."""
    return next((flag for flag in flags if flag in limits.hold or flag == Flag.CAPTCHA), "")


def domain_pseudonym(pepper: bytes, day: date, domain: str) -> str:
    """The name of a mail domain for one day, as `networks` names networks: somebody's own domain is as good as a name."""
    return daily_pseudonym(pepper, "domains", day, domain)


def flag_disposable(signature: Signature) -> Signature:
    """The same signature, its mark `disposable` as its address is today."""
    marks = replace(signature.marks, disposable=is_disposable(domain_of(signature.email)))
    return replace(signature, marks=marks)


def is_disposable(domain: str) -> bool:
    """True when `domain`, or one above it, hands out mailboxes to throw away; False when the list is not installed."""
    try:
        from disposable_email_domains import blocklist  # thousands of names: only the mailer pays for them
    except ImportError:  # a hint that is missing must not stop the mail
        return False
    labels = domain.split(".")
    return any(".".join(labels[place:]) in blocklist for place in range(len(labels) - 1))
