"""Whose names may be handed over that are not public: of people whose form said so, since the campaign says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# A form that says that names are handed over sends this; the number names the words (docs/privacy.md).
HANDOVER_FIELD = "handover_notice"
HANDOVER_NOTICE = 1


def is_told_of_handover(form_values: Mapping[str, object]) -> bool:
    """True if the form said that its signer's name and country are handed over, shown in public or not."""
    return form_values.get(HANDOVER_FIELD) == str(HANDOVER_NOTICE)
