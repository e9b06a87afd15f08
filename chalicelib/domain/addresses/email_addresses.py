"""Canonical email addresses and the ids derived from them; it never says whether an address exists.

Spellings that reach the same mailbox share one canonical address, so that a person signs a campaign once. Emails still
go to the address as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, keyed_hash
from chalicelib.domain.addresses.provider_spellings import (
    FIRST_RULES,
    RULES,
    TAG,
    main_spelling,
    owner_of_subdomain,
)
from chalicelib.domain.text.text_rules import has_heap_of_marks

FINGERPRINT_LENGTH = 12


def normalised(email: str) -> str:
    """The address as mail servers see it: NFC, lower case, IDNA domain, with nothing dropped."""
    local, _, domain = unicodedata.normalize("NFC", email).rpartition("@")
    return f"{local.lower()}@{ascii_domain(domain)}"


def canonical(email: str) -> str:
    """The one spelling under which an address can sign.

    `email` is a valid address (`local@domain`). NFC, lower case, IDNA domain; drops a `+tag`, and what makes no difference at
    the address's provider (see `provider_spellings`).
    """
    return main_spelling(normalised(email), RULES)


def canonical_addresses(email: str) -> tuple[str, ...]:
    """The canonical address, and after it the one by the first rules where that is another one.

    Ids and hashes that were stored before the rules changed are made of the second one.
    """
    address = normalised(email)
    return tuple(dict.fromkeys((main_spelling(address, RULES), main_spelling(address, FIRST_RULES))))


def without_tag(email: str) -> str:
    """`email` as typed but for its tag, `+tag` or a subdomain's: how emails and pages write it for whoever receives them.

    Whoever types an address chooses its tag, up to a sentence, and the email arrives all the same.
    """
    local, _, domain = email.rpartition("@")
    if not local:
        return email
    name, parent = owner_of_subdomain(ascii_domain(domain), RULES)
    return f"{name}@{parent}" if name else f"{local.partition(TAG)[0] or local}@{domain}"


def ascii_domain(domain: str) -> str:
    """`domain` in lower case, as DNS writes it (RFC 5891 A-labels)."""
    if domain.isascii():
        return domain.lower()
    import idna

    return idna.encode(domain, uts46=True).decode()


def signature_id(pepper: bytes, campaign: str, address: str) -> str:
    """The id of the signature of a canonical `address` on `campaign`: 32 characters of `[a-z2-7]`.

    Without the pepper nobody can derive an id from an address, and ids cannot be linked across campaigns.
    """
    return keyed_hash(pepper, f"signature\n{campaign}\n{address}", length=ID_LENGTH)


def address_hash(pepper: bytes, address: str) -> str:
    """The name under which suppressions and email counts store a canonical `address`."""
    return keyed_hash(pepper, f"address\n{address}", length=ID_LENGTH)


def fingerprint(pepper: bytes, typed: str) -> str:
    """A short hash of what was typed into a form. A confirm link carries it, so that it confirms exactly that."""
    return keyed_hash(pepper, f"typed\n{typed}", length=FINGERPRINT_LENGTH)


def bucket_of(signature: str, buckets: int) -> int:
    """Which of a campaign's `buckets` partitions holds this signature id; ids spread evenly."""
    return crc32(signature.encode()) % buckets


def domain_of(email: str) -> str:
    """The domain of a canonical address; empty when there is no address."""
    return canonical(email).rpartition("@")[2] if email else ""


MAX_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
MAX_PASTED_LENGTH = 1000
# What is never part of an address, though it may be pasted with one: zero-width characters, direction marks, soft
# hyphens, joiners, variation selectors.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
NAMED = re.compile(r"[^<>]*<([^<>]+)>[\s,;.]*")
MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)


def clean_email(text: str) -> str:
    """An address as people paste it, without what came along: `Ana <ana@example.org>`, `mailto:`, invisible characters.

    Full-width letters and signs become ordinary ones (NFKC), a dot after the domain goes. It does not check the result.
    """
    if len(text) > MAX_PASTED_LENGTH or has_heap_of_marks(text):
        return text
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()
    if named := NAMED.fullmatch(text):
        text = named[1].strip()
    text = MAILTO.sub("", text).partition("?")[0] if MAILTO.match(text) else text
    return text.rstrip(".,;") if "@" in text else text


def email_mistake(text: str) -> str:
    """The code of what is wrong with a `text` that is no valid address, as far as it can be told."""
    if "@" not in text:
        return "email_without_at"
    if text.count("@") > 1 and re.search(r"[\s,;]", text):
        return "several_emails"
    if re.search(r"\s", text):
        return "space_in_email"
    if "," in text and valid_email(text.replace(",", ".")):
        return "comma_in_email"
    return "not_an_email"


# How nearly everybody's address is written: letters and digits, joined by single dots, hyphens, underscores or plus signs.
ORDINARY = re.compile(
    r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:(?![a-z0-9-]{64})[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,63}",
    re.ASCII | re.IGNORECASE,
)
MAX_LOCAL_LENGTH = 64  # RFC 5321, 4.5.3.1.1
# Top-level domains in which email-validator knows names that receive no email (RFC 6761 and others): it is asked about them.
SPECIAL_USE = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})


def valid_email(text: str) -> str | None:
    """`text` if it is shaped like an address that can receive email (RFC 5321, 6531), else None. Makes no DNS query.

    What email-validator would certainly accept is accepted without it: it takes a tenth of a cold start, and reads every letter twice.
    """
    if is_ordinary_address(text):
        return text
    if len(text) > MAX_EMAIL_LENGTH:  # before it is normalised, which takes quadratic time
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return text


def is_ordinary_address(text: str) -> bool:
    """True for a valid address of which `clean_email` would change nothing, at one look; of any other it says nothing."""
    if len(text) > MAX_EMAIL_LENGTH or not ORDINARY.fullmatch(text) or text.find("@") > MAX_LOCAL_LENGTH:
        return False
    return text.rpartition(".")[2].lower() not in SPECIAL_USE
