"""What the region of a signature is counted under: its code, or `other`. What people typed makes no counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.counting.tallies import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping


def region_label(answers: Mapping[str, str]) -> str:
    """The code of a region that is on the list of the signer's country, `other` for any other answer, empty without one."""
    stored = answers.get("region")
    if not stored:
        return ""
    from chalicelib.i18n.regions import is_region_of  # lists that few forms need

    return stored if is_region_of(stored, answers.get("country", "")) else OTHER
