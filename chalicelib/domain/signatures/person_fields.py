"""What a form may ask of a person, and how a person is called by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Every form asks for these, though it may not require them.
ALWAYS_ASKED = ("given_name", "family_name")


def display_name(answers: Mapping[str, str]) -> str:
    """The person's name, else the organization's; empty when neither was given."""
    person = f"{answers.get('given_name', '')} {answers.get('family_name', '')}".strip()
    return person or answers.get("organization", "")
