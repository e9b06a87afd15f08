"""Which names an organiser may want to look at. They are suggestions: real people have odd names, and nothing acts on this."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.text.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.domain.signatures.signature import Signature

# Two people share a name; from so many on, somebody should look.
REPEATED_FROM = 3
# One word in capitals may be somebody's initials.
FEWEST_CAPITALS = 4
# As `plain` writes them. Only names that nobody has, or that everybody knows for a joke.
JOKES = frozenset({
    "asdf asdf", "asdf", "bart simpson", "batman", "bruce wayne", "bugs bunny", "chapulin colorado", "clark kent", "darth vader",
    "donald duck", "el chapulin colorado", "el chavo", "el chavo del ocho", "foo bar", "fulano de tal", "harry potter", "homer simpson",
    "i p freely", "jane doe", "john doe", "mickey mouse", "mike hunt", "minnie mouse", "nombre apellido", "pato donald", "perico de los palotes",
    "pikachu", "qwerty", "raton mickey", "santa claus", "spider man", "spongebob squarepants", "superman", "test", "test test", "prueba",
    "prueba prueba", "your name", "zutano mengano",
})  # fmt: skip


class Oddity(StrEnum):
    """What is odd about a name."""

    SYMBOLS = "symbols"  # no letter in it, of any script
    CAPITALS = "capitals"
    JOKE = "joke"
    REPEATED = "repeated"


def parse(body: object) -> str | None:
    """The cursor in `{cursor}`, if any. Raises InvalidFields."""
    if not isinstance(body, dict) or body.keys() - {"cursor"}:
        raise InvalidFields.one("body", "unknown_field")
    cursor = body.get("cursor")
    if not isinstance(cursor, str | None):
        raise InvalidFields.one("cursor", "bad_cursor")
    return cursor or None


def odd_ones(signatures: Iterable[Signature]) -> Iterator[tuple[Signature, tuple[Oddity, ...], int]]:
    """Those of `signatures` whose name is odd, what is odd about it, and how many of them have it, in their order.

    Withdrawn and hidden ones are left out.
    """
    named = [(one, name) for one in signatures if not _is_settled(one) and (name := display_name(one.answers))]
    times = Counter(_key(name) for _, name in named)
    for signature, name in named:
        count = times[_key(name)]
        if oddities := tuple(_oddities(signature.answers, name, count)):
            yield signature, oddities, count


def _is_settled(signature: Signature) -> bool:
    return signature.is_withdrawn or signature.moderation.is_hidden


def _key(name: str) -> str:
    return plain(name) or name


def _oddities(answers: Mapping[str, str], name: str, count: int) -> Iterator[Oddity]:
    if not any(letter.isalpha() for letter in name):
        yield Oddity.SYMBOLS
    elif _is_in_capitals(answers):
        yield Oddity.CAPITALS
    if plain(name) in JOKES:
        yield Oddity.JOKE
    if count >= REPEATED_FROM:
        yield Oddity.REPEATED


def _is_in_capitals(answers: Mapping[str, str]) -> bool:
    """True for a person; organisations often write themselves so."""
    name = f"{answers.get('given_name', '')} {answers.get('family_name', '')}"
    return name.isupper() and sum(letter.isalpha() for letter in name) >= FEWEST_CAPITALS
