"""Addresses as SES takes them: with a name beside it for a sender, and only with letters that it can deliver to."""

from __future__ import annotations

from email.header import Header
from email.utils import formataddr

from chalicelib.domain.addresses.email_addresses import ascii_domain

# SES v2, SendEmail: what FromEmailAddress may be, with the name in it.
LONGEST_MAILBOX = 320
# RFC 2047, section 2: a longer name is written as several.
LONGEST_ENCODED_WORD = 75


def can_be_emailed(email: str) -> bool:
    """True unless the part before the `@` has letters beyond ASCII: SES refuses those for good."""
    return email.rpartition("@")[0].isascii()


def routable(email: str) -> str:
    """The address as SES accepts it: the domain as in DNS, the local part as typed."""
    local, _, domain = email.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def mailbox(name: str, email: str) -> str:
    """A sender as a header has it, `"Peace, now" <a@example.org>`, with a name beyond ASCII in encoded words."""
    address = routable(email)
    if name.isascii():
        return formataddr((name, address))
    # maxlinelen is of one encoded word, and what separates two is dropped by whoever reads them.
    words = Header(name, "utf-8", maxlinelen=LONGEST_ENCODED_WORD).encode(linesep="")
    return f"{words} <{address}>"


def fits(name: str, email: str) -> bool:
    """True when SES takes emails from this sender, as far as length goes."""
    return len(mailbox(name, email)) <= LONGEST_MAILBOX


def masked(email: str) -> str:
    """`email` as its owner knows it again and nobody else reads it: the first letter and the domain."""
    front, _, domain = email.rpartition("@")
    return f"{front[:1]}…@{domain}"
