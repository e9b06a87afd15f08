"""Canonical addresses and the ids made from them; it never says whether an address exists.

Two spellings that reach the same mailbox are one canonical address, so that one person signs a campaign
once. Mail still goes to the address as it was typed.
"""

from __future__ import annotations

import unicodedata
from zlib import crc32

from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, keyed_hash

# googlemail.com is an older name of gmail.com, and Gmail ignores dots in the local part
# (support.google.com/mail/answer/7436150).
GMAIL_DOMAINS = frozenset({"gmail.com", "googlemail.com"})
FINGERPRINT_LENGTH = 12


def normalised(email: str) -> str:
    """The spelling that mail servers see: NFC, lower case, IDNA domain, nothing dropped."""
    local, _, domain = unicodedata.normalize("NFC", email).rpartition("@")
    return f"{local.lower()}@{ascii_domain(domain)}"


def canonical(email: str) -> str:
    """The one spelling under which an address signs.

    `email` is a checked address (`local@domain`). NFC, lower case, IDNA domain, `+tag` dropped, dots dropped for Gmail.
    """
    local, _, domain = normalised(email).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in GMAIL_DOMAINS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def ascii_domain(domain: str) -> str:
    """`domain` in lower case, as DNS writes it (RFC 5891 A-labels)."""
    if domain.isascii():
        return domain.lower()
    import idna

    return idna.encode(domain, uts46=True).decode()


def signature_id(pepper: bytes, campaign: str, address: str) -> str:
    """Id of the signature of a canonical `address` on `campaign`: 32 characters of `[a-z2-7]`.

    Nobody without the pepper can go from an address to an id, and ids do not link across campaigns.
    """
    return keyed_hash(pepper, f"signature\n{campaign}\n{address}", length=ID_LENGTH)


def address_hash(pepper: bytes, address: str) -> str:
    """The name under which suppressions and mail caps know a canonical `address`."""
    return keyed_hash(pepper, f"address\n{address}", length=ID_LENGTH)


def fingerprint(pepper: bytes, typed: str) -> str:
    """A short name for what was typed into a form; a confirm link carries it, so that it confirms that and nothing else."""
    return keyed_hash(pepper, f"typed\n{typed}", length=FINGERPRINT_LENGTH)


def bucket_of(signature: str, buckets: int) -> int:
    """Which of a campaign's `buckets` partitions holds the signature id; spread evenly."""
    return crc32(signature.encode()) % buckets


def domain_of(email: str) -> str:
    """The domain of an address, as mail servers see it; empty when there is no address."""
    return canonical(email).rpartition("@")[2] if email else ""


MAX_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3


def valid_email(text: str) -> str | None:
    """`text` if it has the form of an address that mail can be sent to (RFC 5321, 6531), else None. Asks no DNS."""
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return text
