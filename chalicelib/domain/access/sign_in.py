"""What a sign-in email contains: a link's token and a code, each good once and not for long; stored only as keyed hashes."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, hash_pattern, keyed_hash

GOOD_FOR = timedelta(minutes=15)
INVITATION_GOOD_FOR = timedelta(days=7)
MAX_TRIES = 5
EMAILS_PER_HOUR = 5
EMAILS_PER_DAY = 40
# A whole office may share a network.
NETWORK_EMAILS_PER_HOUR = 30
NETWORK_EMAILS_PER_DAY = 150
NETWORK_TRIES_PER_HOUR = 60
NETWORK_TRIES_PER_DAY = 300
# Of what is mistaken for each other, one at most; and the other is read as that one.
CODE_ALPHABET = "ABCDEFGHJKMNPQRTVWXY2345679"
MISREAD = str.maketrans("8SZU", "B52V")
BETWEEN = str.maketrans("", "", "- .\t\r\n\u2010\u2011\u2012\u2013\u2014\u2212")
MAX_PASTED_LENGTH = 40
CODE_LENGTH = 8
HASH_LENGTH = 48
SECRET_BYTES = 32
TOKEN = re.compile(rf"({hash_pattern(ID_LENGTH)})([A-Za-z0-9_-]{{43}})")


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is stored about the newest email to an address. `email` names the email, so that none is sent twice.

    An invitation has no code; `member` is empty while there was no email, only tries.
    """

    member: str = ""
    token_hash: str = ""
    code_hash: str = ""
    valid_until: datetime | None = None
    tries: int = 0

    def opens_by_token(self, token_hash: str, now: datetime) -> bool:
        """True when a link with this token signs in. Compares in constant time."""
        return hmac.compare_digest(self.token_hash or "-", token_hash) and self._is_alive(now)

    def opens_by_code(self, code_hash: str, now: datetime) -> bool:
        """True when this code signs in; the try that is being made is counted already. Compares in constant time."""
        matches = hmac.compare_digest(self.code_hash or "-", code_hash)
        return matches and self._is_alive(now) and self.tries <= MAX_TRIES

    def _is_alive(self, now: datetime) -> bool:
        return self.valid_until is not None and now < self.valid_until


def new_token(address_hash: str) -> str:
    """A new token: the hash under which it is looked up, and 32 random bytes."""
    return f"{address_hash}{secrets.token_urlsafe(SECRET_BYTES)}"


def new_code() -> str:
    """A new code as people see it, `ABCD-2345`: one of 280,000 million."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"


def address_hash_of(token: str) -> str:
    """What a token is looked up by; empty when it is shaped like none."""
    match = TOKEN.fullmatch(token)
    return match[1] if match else ""


def read_code(text: str) -> str:
    """A code as typed or pasted, in the spelling that is hashed; empty when it is shaped like none."""
    code = text[:MAX_PASTED_LENGTH].upper().translate(BETWEEN).translate(MISREAD)
    is_code = len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET)
    return code if is_code else ""


def token_hash(pepper: bytes, token: str) -> str:
    """How a token is stored."""
    return keyed_hash(pepper, f"sign-in token\n{token}", length=HASH_LENGTH)


def code_hash(pepper: bytes, address_hash: str, code: str) -> str:
    """How a code is stored: with the address, so that the same code of two people does not look the same."""
    return keyed_hash(pepper, f"sign-in code\n{address_hash}\n{read_code(code)}", length=HASH_LENGTH)


def member_address_hash(pepper: bytes, address: str) -> str:
    """Under what a member's address, normalised, is looked up; another hash than that of a signer's address."""
    return keyed_hash(pepper, f"member\n{address}", length=ID_LENGTH)
