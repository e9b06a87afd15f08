"""How many emails strangers' forms may cause before they are held, and which flags hold one; rules only, no counters.

The limits are generous, because a university, a phone company or a whole country may share a network. What is over a
limit waits for the organiser to judge: it is never lost, and the signer is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.addresses.keyed_hashes import daily_pseudonym
from chalicelib.domain.signatures.flags import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from chalicelib.domain.signatures.signature import Signature


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
