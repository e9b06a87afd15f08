"""Guesses which common email domain was meant by one like it (`gmial.com`): a hint for the signer, never a reason to refuse."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.domain.addresses.mail_providers import MAIL_PROVIDERS

# Where most addresses are, most frequent first. Shorter names (aol.com, live.com, gmx.de) have too many neighbours that exist.
FREQUENT = (
    *("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "hotmail.es", "yahoo.es", "outlook.es"),
    *("hotmail.fr", "yahoo.fr", "outlook.fr", "yahoo.com.ar", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.pe"),
    *("yahoo.co.uk", "hotmail.co.uk", "googlemail.com", "protonmail.com", "orange.fr", "wanadoo.fr", "riseup.net"),
)
# Domains of other providers that are one letter away from one of these.
OTHERS = frozenset(
    {"email.com", "fmail.com", "cloud.com", "hotmail.se", "mail.co", "yahoo.se", "yahoo.pt", "hotmail.nl"}
)
# A long name has few neighbours, so it may have two letters wrong.
LONG = 9


def meant_domain(email: str) -> str:
    """The common domain that the domain of `email` looks like, or the empty string if it is one, or like none."""
    return _meant(email.strip().rpartition("@")[2].lower())


@lru_cache(maxsize=1024)
def _meant(domain: str) -> str:
    if domain in MAIL_PROVIDERS or domain in OTHERS:
        return ""
    return next((known for known in FREQUENT if _is_like(domain, known)), "")


def with_domain(email: str, domain: str) -> str:
    """`email` at another domain."""
    return f"{email.strip().rpartition('@')[0]}@{domain}"


def _is_like(domain: str, known: str) -> bool:
    """True when the name is one slip away, two in a long one, or `.com` is; what else follows the name must be the same."""
    name, _, ending = domain.partition(".")
    known_name, _, known_ending = known.partition(".")
    if ending == known_ending:
        return slips(name, known_name) <= (2 if len(known_name) >= LONG else 1)
    return known_ending == "com" and slips(ending, "com") == 1 and name == known_name


def slips(one: str, other: str) -> int:
    """How many letters were left out, added, mistaken or swapped with their neighbour; 3 for three and more."""
    if abs(len(one) - len(other)) > 2:  # noqa: PLR2004 - more than anybody asks about, and what is typed may be long
        return 3
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted)))
            if i > 1 and j > 1 and letter == other[j - 2] and wanted == one[i - 2]:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return min(rows[-1][-1], 3)
