"""An organiser's own words in emails to signers, and the placeholders in them: a closed list for each email.

An email that goes to an address which nobody has proved to be the signer's never repeats what was typed into a form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.mail_marks import MailKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACEHOLDER = re.compile(r"\{\{\s*(\w*)\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")
# Mail programs make links of these, and filters take an email with strange ones for fraud; HTML would be shown as typed.
ADDRESS_OR_HTML = re.compile(
    r"://|\bwww\.|\bmailto:|\b[\w-]+\.(?:com|org|net|info|edu|gov|io)\b|\b[\w-]+\.[a-z]{2,}/\S|<[a-z/!]", re.IGNORECASE
)
# What goes with a name that is not known: "Dear {{given_name}}," becomes "Dear," and "{{given_name}}, thank you" "Thank you".
NAME_AND_COMMA = re.compile(r"(?m)^\{\{\s*given_name\s*\}\}[,،]?[ \t]*(.?)")
COMMA_AND_NAME = re.compile(r"[,،]?[ \t]*\{\{\s*given_name\s*\}\}")


class Placeholder(StrEnum):
    """What an email can fill in."""

    TITLE = "title"
    SENDER = "sender"
    GIVEN_NAME = "given_name"


# Emails that may say what the signer typed, once the address is proved to be theirs.
TO_SIGNERS = frozenset({MailKind.THANKS, MailKind.ALREADY_SIGNED})


@dataclass(frozen=True, slots=True)
class EmailWords:
    """What an organiser wrote for one email in one language; what is empty is as the program has it."""

    subject: str = ""
    opening: str = ""
    closing: str = ""


def placeholders(kind: MailKind, *, is_double: bool) -> tuple[Placeholder, ...]:
    """What may be filled in: with single confirmation no address is ever proved to be the signer's."""
    everywhere = (Placeholder.TITLE, Placeholder.SENDER)
    return (*everywhere, Placeholder.GIVEN_NAME) if is_double and kind in TO_SIGNERS else everywhere


def has_others(text: str, allowed: tuple[Placeholder, ...]) -> bool:
    """True when `text` has a placeholder that is not `allowed`, or braces that are none."""
    return bool(BRACES.search(PLACEHOLDER.sub("", text))) or any(name not in allowed for name in _names(text))


def _names(text: str) -> Iterator[str]:
    return (found[1] for found in PLACEHOLDER.finditer(text))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its placeholders filled from `facts`; a name that is not known goes with its comma."""
    if not facts.get(Placeholder.GIVEN_NAME):
        text = NAME_AND_COMMA.sub(lambda found: found[1].upper(), text)
        text = COMMA_AND_NAME.sub("", text)
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], ""), text)
