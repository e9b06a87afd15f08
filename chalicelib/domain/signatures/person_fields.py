"""The fields a form may ask a person for, each described once under its OSDI name, and the name a person is shown by.

The same name is used for the form's field, the API's key, the stored attribute and the export's column. Labels and
messages are in `i18n/field_words`, where they can be translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.text.text_rules import MAX_COMMENT_LENGTH, MAX_NAME_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonField:
    """One field. `autocomplete` tells browsers what to fill in (HTML, 4.10.18.7.1).

    If `is_name`, it may not contain a web address or begin like a formula. If `is_short`, it gets a short input box.
    """

    input: Literal["text", "tel", "textarea", "select"] = "text"
    autocomplete: str = "off"
    max_length: int = MAX_NAME_LENGTH
    is_name: bool = False
    is_short: bool = False


# By their names in OSDI (opensupporter.org), in the order in which forms show them.
PERSON_FIELDS = {
    "given_name": PersonField(autocomplete="given-name", is_name=True),
    "family_name": PersonField(autocomplete="family-name", is_name=True),
    "organization": PersonField(autocomplete="organization", is_name=True),
    "title": PersonField(autocomplete="organization-title", is_name=True),
    "country": PersonField(autocomplete="country", input="select"),
    "region": PersonField(autocomplete="address-level1"),
    "locality": PersonField(autocomplete="address-level2"),
    "postal_code": PersonField(autocomplete="postal-code", max_length=20, is_short=True),
    "phone": PersonField(autocomplete="tel", input="tel", max_length=40, is_short=True),
    "comment": PersonField(input="textarea", max_length=MAX_COMMENT_LENGTH),
}
# Every form asks for these, but need not require them.
ALWAYS_ASKED = ("given_name", "family_name")


def display_name(answers: Mapping[str, str]) -> str:
    """The person's name, else the organization's; empty when neither was given."""
    person = f"{answers.get('given_name', '')} {answers.get('family_name', '')}".strip()
    return person or answers.get("organization", "")
