"""Finds signatures by what their signers are called: every word of a search begins a word of the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text.spellings import plain

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature

NAMES = ("given_name", "family_name", "organization")
MAX_LENGTH = 100


def parse(body: object) -> tuple[str, str | None]:
    """The name in plain words, and the cursor, from `{name, cursor}`. Raises InvalidFields; also for a name without letter or digit."""
    if not isinstance(body, dict) or body.keys() - {"name", "cursor"}:  # unnamed: it may be an address
        raise InvalidFields.one("body", "unknown_field")
    name, cursor = body.get("name"), body.get("cursor")
    if not isinstance(name, str):
        raise InvalidFields.one("name", "missing" if name is None else "not_text")
    if len(name) > MAX_LENGTH:
        raise InvalidFields.one("name", "too_long", limit=MAX_LENGTH)
    if not plain(name):
        raise InvalidFields.one("name", "missing")
    if not isinstance(cursor, str | None):
        raise InvalidFields.one("cursor", "bad_cursor")
    return plain(name), cursor or None


def is_named(signature: Signature, words: str) -> bool:
    """True if each of the plain `words` begins a word of the signer's name, in any order."""
    named = plain(" ".join(signature.answers.get(name, "") for name in NAMES)).split()
    return all(any(one.startswith(word) for one in named) for word in words.split())
